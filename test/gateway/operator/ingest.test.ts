import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestTypes, type IngestType } from '../../../contracts/ingest.ts';
import { adminToken, startGateway, type Gateway } from '../fixture.ts';

let gateway: Gateway;
beforeAll(async () => void (gateway = await startGateway()));
afterAll(() => gateway.close());

const timestamp = '2026-11-21T12:00:00.000Z';
const payloads: Record<IngestType, Record<string, unknown>> = {
  'system.alert': { alert_id: 'a', severity: 'crit', message: 'full', timestamp },
  'system.correlation.updated': {
    correlation_id: 'c',
    related_events: [1],
    strength: 0.5,
    timestamp,
  },
  'forensic.snapshot.created': { snapshot_id: 's', reason: 'r', timestamp },
  'madre.decision.explained': { decision_id: 'd', summary: 's', confidence: 1, timestamp },
  'switch.tension.updated': { value: 3, components: { a: 1 }, timestamp },
  'shub.action.narrated': { action: 'a', reason: 'r', next_step: 'n', timestamp },
};
const kinds = Object.entries(payloads) as [IngestType, Record<string, unknown>][];
const post = async (body: object, token = adminToken) => {
  const answer = await gateway.inject({
    method: 'POST',
    url: '/events/ingest',
    payload: { source: 'test', ...body },
    headers: { 'x-vx11-token': token },
  });
  return { status: answer.statusCode, body: answer.json() };
};
const newest = () => gateway.store.events.newest();

test.each(kinds)(
  '%s is added to the log, as what the token has reported',
  async (type, payload) => {
    const before = await newest();
    const answer = await post({ type, payload, metadata: { a: 1 }, broadcast: true });
    expect(answer).toEqual({ status: 200, body: { status: 'received', source: 'test', type } });
    expect(await gateway.store.events.after(before, 9)).toMatchObject([
      {
        type,
        actor: 'admin',
        window_id: null,
        payload: {
          source: 'test',
          data: payload,
          metadata: { a: 1 },
          actor_id: expect.any(String),
        },
      },
    ]);
  },
);

test.each(kinds)(
  '%s without one of its fields is rejected, and adds nothing',
  async (type, whole) => {
    const before = await newest();
    for (const field of Object.keys(whole)) {
      const { [field]: _, ...payload } = whole;
      const { body } = await post({ type, payload });
      expect(body, field).toMatchObject({
        status: 'rejected',
        reason: 'schema_validation_failed',
        source: 'test',
        problems: [expect.stringContaining(`payload.${field}`)],
      });
    }
    const long = 'x'.repeat(ingestTypes[type].maxBytes);
    const { body } = await post({ type, payload: { ...whole, more: long } });
    expect(body).toMatchObject({ status: 'rejected', reason: 'too_large' });
    expect(await newest()).toBe(before);
  },
);

test('an unknown type, and a viewer, are refused', async () => {
  expect((await post({ type: 'window.closed', payload: {} })).status).toBe(422);
  const viewer = await gateway.token('viewer');
  const alert = { type: 'system.alert', payload: payloads['system.alert'] };
  expect((await post(alert, viewer)).status).toBe(403);
});

test('the severity of an alert is the one that it was reported with', async () => {
  await post({ type: 'system.alert', payload: payloads['system.alert'] });
  const { events } = (
    await gateway.inject({
      url: '/operator/api/events?type=system.alert&limit=1',
      headers: { 'x-vx11-token': adminToken },
    })
  ).json();
  expect(events).toMatchObject([{ severity: 'crit', type: 'system.alert' }]);
});
