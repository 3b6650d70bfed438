import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TemporalPort } from '../../gateway/temporal.ts';
import { connectTemporal } from '../../gateway/temporal.ts';
import { adminToken, seedStack, startGateway, type Gateway } from './fixture.ts';

let gateway: Gateway;
/** What was asked of the schedule. */
let asked: string[];
afterEach(() => gateway.close());

async function start(temporal?: Partial<TemporalPort>): Promise<void> {
  asked = [];
  const away = connectTemporal('127.0.0.1:1', 'default');
  const autonomy: TemporalPort['autonomy'] = async (act) => void asked.push(act);
  const port = temporal === undefined ? { autonomy } : temporal;
  gateway = await startGateway({ deps: { temporal: { ...away, autonomy, ...port } } });
  await seedStack(gateway.store);
  await gateway.store.autonomy.scheduled('box', 30);
}
const call = (method: 'GET' | 'POST', url: string, token = adminToken) =>
  gateway.inject({
    method,
    url,
    headers: { 'x-vx11-token': token },
  });

describe('the loop', () => {
  beforeEach(() => start());

  test('is started once, makes a round at once, and says so', async () => {
    const first = await call('POST', '/madre/v3/autonomous/start');
    expect(first.statusCode).toBe(200);
    expect(first.json()).toMatchObject({ running: true, started_by: 'admin', rounds: 0 });
    const { started_at } = first.json<{ started_at: string }>();
    expect((await call('POST', '/madre/v3/autonomous/start')).json()).toMatchObject({
      running: true,
      started_at,
    });
    expect(asked.slice(0, 2)).toEqual(['resume', 'round']);
    const events = await gateway.store.events.after(0, 10);
    expect(events.map(({ type }) => type)).toEqual(['autonomy.started']);
  });

  test('is stopped by an operator with a report of what it did', async () => {
    await call('POST', '/madre/v3/autonomous/start');
    await gateway.store.autonomy.countRound(Date.now(), 'hash');
    const { body } = await call(
      'POST',
      '/madre/v3/autonomous/stop',
      await gateway.token('operator'),
    );
    expect(JSON.parse(body)).toMatchObject({
      running: false,
      was_running: true,
      report: { rounds: 1, decisions: {}, llm: { calls: 0, tokens: 0, cost_usd: 0 } },
    });
    expect(asked.at(-1)).toBe('pause');
    expect((await call('GET', '/madre/v3/autonomous/status')).json()).toMatchObject({
      running: false,
      rounds: 1,
    });
    const again = await call('POST', '/madre/v3/autonomous/stop');
    expect(again.json()).toMatchObject({ was_running: false, report: { rounds: 1 } });
  });

  test('that never ran has nothing to report', async () => {
    expect((await call('POST', '/madre/v3/autonomous/stop')).json()).toEqual({
      running: false,
      was_running: false,
      report: null,
    });
    expect((await call('GET', '/madre/v3/autonomous/status')).json()).toMatchObject({
      last_decision: null,
      rounds: 0,
    });
    expect((await call('GET', '/madre/v3/autonomous/decisions')).json()).toEqual({ decisions: [] });
    expect((await call('GET', '/madre/v3/autonomous/decisions?limit=0')).statusCode).toBe(422);
  });
});

describe('without Temporal', () => {
  test('the loop is not started, and nothing says that it runs', async () => {
    await start(connectTemporal('127.0.0.1:1', 'default'));
    expect((await call('POST', '/madre/v3/autonomous/start')).statusCode).toBe(503);
    expect((await call('GET', '/madre/v3/autonomous/status')).json()).toMatchObject({
      running: false,
    });
  });

  test('the loop is stopped all the same', async () => {
    await start(connectTemporal('127.0.0.1:1', 'default'));
    await gateway.store.autonomy.start('ada', Date.now(), []);
    expect((await call('POST', '/madre/v3/autonomous/stop')).json()).toMatchObject({
      was_running: true,
    });
  });
});
