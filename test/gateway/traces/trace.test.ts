import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { adminToken, seedStack, startGateway, type Gateway } from '../fixture.ts';

const trace_id = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace_id}-b7ad6b7169203331-01`;

let gateway: Gateway;
beforeEach(async () => {
  const keepWindow = () => new Promise<never>(() => undefined);
  const temporal = { ...connectTemporal('127.0.0.1:1', 'default'), keepWindow };
  gateway = await startGateway({ deps: { temporal } });
  await seedStack(gateway.store);
});
afterEach(() => gateway.close());

const open = (headers: Record<string, string>) =>
  gateway.inject({
    method: 'POST',
    url: '/vx11/window/open',
    payload: { target: 'web', ttl_seconds: 60, wait_seconds: 0 },
    headers: { 'x-vx11-token': adminToken, ...headers },
  });
const requested = async () => {
  const { events } = await gateway.store.events.page({ types: ['window.requested'], limit: 1 });
  return events[0]!;
};
const changeLine = () =>
  gateway.log.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'change');

describe('the trace of a caller', () => {
  test('is kept with the event of its request, although its body arrives later, and named in the log', async () => {
    expect((await open({ traceparent })).statusCode).toBe(202);
    const { payload, window_id } = await requested();
    expect(payload['trace_parent']).toBe(traceparent);
    expect(changeLine()).toMatchObject({ trace_id, window_id, correlation_id: expect.any(String) });
  });

  test.each([
    ['none', {}],
    ['one that is not recorded', { traceparent: `00-${trace_id}-b7ad6b7169203331-00` }],
    ['no trace', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }],
    ['no span', { traceparent: `00-${trace_id}-${'0'.repeat(16)}-01` }],
    ['version ff', { traceparent: `ff-${trace_id}-b7ad6b7169203331-01` }],
    ['more than version 00 has', { traceparent: `${traceparent}-more` }],
    ['capitals', { traceparent: traceparent.toUpperCase() }],
    ['two', { traceparent: `${traceparent}, ${traceparent}` }],
    ['what is no header of this kind', { traceparent: 'plan-1f2e3d4c/s1' }],
  ])('is not there if the header says %s', async (_, headers) => {
    expect((await open(headers as Record<string, string>)).statusCode).toBe(202);
    const { payload, window_id } = await requested();
    expect(payload).not.toHaveProperty('trace_parent');
    const line = changeLine();
    expect(line).toMatchObject({ window_id });
    expect(line).not.toHaveProperty('trace_id');
  });

  test('is read from a later version of the header too', async () => {
    await open({ traceparent: `01-${trace_id}-b7ad6b7169203331-03-more` });
    expect((await requested()).payload['trace_parent']).toBe(traceparent);
  });

  test('does not become that of another request at the same time', async () => {
    const other = gateway.inject({
      method: 'POST',
      url: '/vx11/window/open',
      payload: { target: 'db', ttl_seconds: 60, wait_seconds: 0 },
      headers: { 'x-vx11-token': adminToken },
    });
    await Promise.all([open({ traceparent }), other]);
    const { events } = await gateway.store.events.page({ types: ['window.requested'], limit: 5 });
    expect(events).toHaveLength(2);
    const parents = events.map(({ payload }) => [payload['services'], payload['trace_parent']]);
    expect(parents).toContainEqual([['web'], traceparent]);
    expect(parents).toContainEqual([['db'], undefined]);
  });
});
