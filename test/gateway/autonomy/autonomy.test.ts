import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TemporalPort } from '../../../gateway/temporal/port.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aDecision } from '../../domain/autonomy/samples.ts';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
/** The calls to the schedule. */
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

  test('is started once, runs a round at once, and reports it', async () => {
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
    const { reports } = (await call('GET', '/madre/reports?limit=1')).json();
    expect(reports).toMatchObject([
      { kind: 'autonomy', subject: JSON.parse(body).report.from, report: { rounds: 1 } },
    ]);
    expect((await call('GET', '/madre/v3/autonomous/status')).json()).toMatchObject({
      running: false,
      rounds: 1,
    });
    const again = await call('POST', '/madre/v3/autonomous/stop');
    expect(again.json()).toMatchObject({ was_running: false, report: { rounds: 1 } });
    expect((await call('GET', '/madre/reports')).json().reports).toHaveLength(1);
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

describe('an intent of a scanner', () => {
  const found = async (domain: string, intent_type: string) => {
    const { body } = await gateway.inject({
      method: 'POST',
      url: '/madre/intent',
      headers: { 'x-vx11-token': adminToken },
      payload: { type: 'incident', payload: { domain, intent_type } },
    });
    return JSON.parse(body) as unknown;
  };
  const waiting = async () => (await call('GET', '/madre/status')).json().autonomy;

  test('triggers a round even while the loop is stopped, unless it is only recorded', async () => {
    await start();
    expect(await found('db', 'db_sanity')).toMatchObject({
      state: 'waiting',
      waiting_because: null,
    });
    expect(asked).toEqual(['round']);
    expect(await found('security', 'audit')).toMatchObject({
      state: 'recorded',
      waiting_because: null,
    });
    expect(await found('no', 'lane')).toMatchObject({ state: 'missed', waiting_because: null });
    expect(asked).toEqual(['round']);
    expect(await waiting()).toMatchObject({ running: false, intents_waiting: 1 });
  });

  test('names what is unavailable if no round takes it up', async () => {
    await start(connectTemporal('127.0.0.1:1', 'default'));
    expect(await found('db', 'db_sanity')).toMatchObject({
      status: 'accepted',
      state: 'waiting',
      waiting_because: 'temporal_unavailable',
    });
  });

  test('waits with the last reason that madre gave', async () => {
    await start();
    await found('db', 'db_sanity');
    expect(await waiting()).toMatchObject({ intents_waiting: 1, waiting_because: null });
    const because = 'nothing can be done now: plan-00000001 waits for confirmation';
    await gateway.store.autonomy.decide(aDecision({ action: 'wait', reasons: [because] }), []);
    expect(await waiting()).toEqual({
      running: false,
      intents_waiting: 1,
      waiting_because: because,
    });
    await gateway.store.presence.leave('madre', 'box');
    expect(await waiting()).toMatchObject({ waiting_because: 'madre_unavailable' });
  });
});

describe('without Temporal', () => {
  test('the loop is not started, and no answer says that it runs', async () => {
    await start(connectTemporal('127.0.0.1:1', 'default'));
    expect((await call('POST', '/madre/v3/autonomous/start')).statusCode).toBe(503);
    expect((await call('GET', '/madre/v3/autonomous/status')).json()).toMatchObject({
      running: false,
    });
  });

  test('the loop is still stopped', async () => {
    await start(connectTemporal('127.0.0.1:1', 'default'));
    await gateway.store.autonomy.start('ada', Date.now(), []);
    expect((await call('POST', '/madre/v3/autonomous/stop')).json()).toMatchObject({
      was_running: true,
    });
  });
});
