import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../../contracts/ids.ts';
import { view } from '../../fixture.ts';
import { startMcpFixture, textOf, type McpFixture } from '../mcp-fixture.ts';

let fixture: McpFixture;
let client: Client;
beforeAll(async () => {
  fixture = await startMcpFixture();
  await fixture.open();
  client = await fixture.connect();
  const { store } = fixture;
  for (let nth = 0; nth < 30; nth += 1) {
    const service = nth < 3 ? 'db' : 'web';
    const window_id = `window-${String(nth).padStart(16, '0')}`;
    const requested_at = new Date(Date.now() - 60_000 + nth * 1000).toISOString();
    const one = { window_id, target: service, services: [service], members: [service] };
    const payload = { nth };
    await store.windows.save(view({ ...one, requested_at, state: 'closed' }), [
      { type: 'window.closed', at: nth, actor: 'madre', window_id, payload },
      { type: 'service.started', at: nth, actor: 'madre', service, payload },
    ]);
  }
});
afterAll(() => fixture.close());

const ask = async (name: string, args: Record<string, unknown>) => {
  const result = await client.callTool({ name, arguments: args });
  expect(result.isError, textOf(result)).toBeFalsy();
  return result.structuredContent as {
    windows: { window_id: string }[];
    events: { seq: number; type: string; window_id: string | null }[];
    next_cursor: string | null;
    last_seq: number;
  };
};

test('windows of a service are found behind any number of others', async () => {
  const first = await ask('vx11_windows', { service: 'db', limit: 2 });
  const second = await ask('vx11_windows', {
    service: 'db',
    limit: 2,
    cursor: first.next_cursor,
  });
  expect([...first.windows, ...second.windows].map(({ window_id }) => window_id)).toEqual(
    [2, 1, 0].map((nth) => `window-${String(nth).padStart(16, '0')}`),
  );
  expect(second.next_cursor).toBeNull();
});

describe('events without a place to begin', () => {
  test('are the newest of their window, however old that is', async () => {
    const window_id = `window-${'0'.repeat(16)}`;
    const { events, last_seq } = await ask('vx11_events', { window_id, limit: 5 });
    expect(events).toMatchObject([{ type: 'window.closed', window_id }]);
    expect(last_seq).toBe(await fixture.store.events.newest());
  });

  test('are the newest of their type, oldest first, and last_seq goes on from there', async () => {
    const { events, last_seq } = await ask('vx11_events', { type: 'window.closed', limit: 5 });
    expect(events.map(({ window_id }) => window_id)).toEqual(
      [25, 26, 27, 28, 29].map((nth) => `window-${String(nth).padStart(16, '0')}`),
    );
    const window_id = newId('window');
    await fixture.store.events.append([
      { type: 'window.closed', at: 1, actor: 'madre', window_id, payload: {} },
    ]);
    const more = await ask('vx11_events', { type: 'window.closed', after_seq: last_seq });
    expect(more.events).toMatchObject([{ window_id }]);
  });

  test('of a type that is none are none', async () => {
    expect((await ask('vx11_events', { type: 'nonsense' })).events).toEqual([]);
  });
});
