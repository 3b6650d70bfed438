import { expect, onTestFinished, test } from 'vitest';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import type { KeepWindow } from '../../../workflows/messages.ts';
import { aService, minute } from '../../domain/samples.ts';
import { adminToken, beat, catalog, startGateway } from '../fixture.ts';

interface Sent {
  input: KeepWindow;
  limitMs: number;
}

/** A gateway with `web`, which depends on a `db` of at most ten minutes, and its messages to a Temporal that never answers. */
async function start() {
  const sent: Sent[] = [];
  const keepWindow: TemporalPort['keepWindow'] = (input, _renew, { limitMs }) => {
    sent.push({ input, limitMs });
    return new Promise(() => undefined);
  };
  const temporal = { ...connectTemporal('127.0.0.1:1', 'default'), keepWindow };
  const gateway = await startGateway({ deps: { temporal } });
  onTestFinished(() => gateway.close());
  await gateway.store.services.saveCatalog(
    catalog([aService('web', { needs: ['db'] }), aService('db', { max_ttl_ms: 10 * minute })]),
    [],
  );
  await beat(gateway.store);
  const post = (url: string, payload: object) =>
    gateway.inject({ method: 'POST', url, payload, headers: { 'x-vx11-token': adminToken } });
  return { sent, post };
}

test('a short wait of the first caller does not end the message that others wait for', async () => {
  const { sent, post } = await start();
  const answer = await post('/vx11/window/open', {
    target: 'web',
    ttl_seconds: 60,
    wait_seconds: 0,
  });
  expect(answer.statusCode).toBe(202);
  expect(sent[0]?.limitMs).toBeGreaterThan(60_000);
});

test.each([
  ['/vx11/window/open', { target: 'web', ttl_seconds: 1200, wait_seconds: 0 }],
  ['/operator/power/window/open', { services: ['web'], ttl_sec: 1200, wait_seconds: 0 }],
])('a window by %s lasts no longer than its service’s dependencies may', async (url, body) => {
  const { sent, post } = await start();
  expect((await post(url, body)).statusCode).toBe(202);
  expect(sent[0]?.input.view.max_ttl_ms).toBe(600_000);
});
