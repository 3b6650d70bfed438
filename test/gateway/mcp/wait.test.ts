import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { progressOf } from '../../../gateway/mcp/progress.ts';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';
import { until } from '../../stack/wait.ts';

let fixture: McpFixture;
let client: Client;
let mcpWindow: string;
beforeEach(async () => {
  fixture = await startMcpFixture({ config: { maxStreams: 3 } });
  mcpWindow = await fixture.open();
  client = await fixture.connect();
});
afterEach(() => fixture.close());

const ask = async (services = ['db']): Promise<string> => {
  const result = await client.callTool({
    name: 'vx11_open_window',
    arguments: { services, ttl_seconds: 60, reason: 'to look at it' },
  });
  return (result.structuredContent as { plan_id: string }).plan_id;
};
const waitFor = (plan_id: string, options: object = {}, seconds = 20) =>
  client.callTool({ name: 'vx11_plan', arguments: { plan_id, wait_seconds: seconds } }, options);
const confirm = async (plan_id: string) => {
  const path = `/madre/plans/${plan_id}`;
  const { body: plan } = await fixture.get(path);
  const { body } = await fixture.post(`${path}/token`, { plan_hash: plan.plan_hash });
  await fixture.post(`${path}/confirm`, { confirm_token: body.confirm_token });
};
const soon = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('a wait for a plan', () => {
  test('ends when a person agrees, with progress by the client’s own token', async () => {
    const plan_id = await ask();
    const seen: { progress: number; message?: string }[] = [];
    const waiting = waitFor(plan_id, { onprogress: (one: never) => void seen.push(one) });
    await soon();
    await confirm(plan_id);
    const result = await waiting;
    expect(result.structuredContent).toMatchObject({ status: 'RUNNING' });
    expect(textOf(result)).toContain('it is not done yet');
    expect(seen.at(-1)).toMatchObject({ message: 'the plan is RUNNING' });
  });

  test('ends when its time is over, and answers at once where nothing can change', async () => {
    const plan_id = await ask();
    const began = performance.now();
    const result = await waitFor(plan_id, {}, 1);
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(result.structuredContent).toMatchObject({ status: 'WAITING' });
    await client.callTool({ name: 'vx11_withdraw_plan', arguments: { plan_id } });
    expect((await waitFor(plan_id)).structuredContent).toMatchObject({ status: 'CANCELLED' });
  });

  test('that the client gives up frees its place and leaves the plan', async () => {
    const plan_id = await ask();
    const gone = new AbortController();
    const waits = [1, 2, 3].map(() =>
      waitFor(plan_id, { signal: gone.signal }).catch(() => 'gone'),
    );
    await soon();
    expect(textOf(await waitFor(plan_id))).toMatch(/^too_many_streams: /);
    gone.abort();
    expect(await Promise.all(waits)).toEqual(['gone', 'gone', 'gone']);
    await until('the places are free', async () => !(await waitFor(plan_id, {}, 1)).isError);
    expect((await fixture.store.plans.find(plan_id))!.status).toBe('WAITING');
  });

  test('goes on while the door is closed, since it may be about the door', async () => {
    const plan_id = await ask();
    const waiting = waitFor(plan_id, {}, 2);
    await fixture.store.leases.release(mcpWindow);
    expect((await waiting).isError).toBeFalsy();
  });
});

test.each(['modern', 'legacy'] as const)(
  'the end of the window of mcp cuts off a %s client in the middle of a call, and says so',
  async (era) => {
    const web = await fixture.open('web');
    const one = await fixture.connect({ era });
    const args = { window_id: web, wait_seconds: 30 };
    const waiting = one.callTool({ name: 'vx11_window', arguments: args });
    await soon();
    await fixture.store.leases.release(mcpWindow);
    const result = await waiting;
    expect(textOf(result)).toMatch(/^off_by_policy: .*Next: call vx11_open_window/);
    expect((await one.callTool({ name: 'vx11_status', arguments: {} })).isError).toBeFalsy();
  },
);

test('the deadline of the window of mcp ends it without anybody’s doing', async () => {
  await fixture.store.leases.renew(mcpWindow, Date.now() + 700, Date.now());
  const reading = () => client.callTool({ name: 'vx11_windows', arguments: {} });
  expect((await reading()).isError).toBeFalsy();
  await until('agents are cut off', async () => (await reading()).isError === true);
  expect(textOf(await reading())).toMatch(/^off_by_policy/);
});

test('every report is sent, with a value that rises', async () => {
  const sent: { progress: number; message: string }[] = [];
  const notify = async ({ params }: { params?: unknown }) => void sent.push(params as never);
  const { signal } = new AbortController();
  const say = progressOf({ mcpReq: { _meta: { progressToken: 'mine' }, signal, notify } });
  // a beat of a plan that waits, then it runs and none of its steps has ended, then it is done
  await say('the plan is WAITING', 0.001);
  await say('the plan is RUNNING', 0);
  await say('s1: OPEN_WINDOW', 0);
  await say('the plan is DONE', 1);
  expect(sent.map(({ message }) => message)).toEqual([
    'the plan is WAITING',
    'the plan is RUNNING',
    's1: OPEN_WINDOW',
    'the plan is DONE',
  ]);
  const values = sent.map(({ progress }) => progress);
  expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
  expect(values.at(-1)).toBe(1);
});

test('progress comes only with a token of the client, and never after the end', async () => {
  const plan_id = await ask();
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const send = async (progressToken?: string) => {
    const answer = await fetch(`${fixture.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'x-vx11-token': await fixture.token('agent'),
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'vx11_plan',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 7,
        method: 'tools/call',
        params: {
          name: 'vx11_plan',
          arguments: { plan_id, wait_seconds: 20 },
          _meta: { ...meta, ...(progressToken !== undefined && { progressToken }) },
        },
      }),
    });
    return answer.text();
  };
  const answers = Promise.all([send(), send('mine')]);
  await soon();
  await confirm(plan_id);
  const [without, withToken] = await answers;
  expect(without).not.toContain('notifications/progress');
  const lines = withToken.split('\n').filter((line) => line.startsWith('data:'));
  expect(lines.at(0)).toContain('"progressToken":"mine"');
  expect(lines.at(-1)).toContain('"result"');
  expect(lines).toHaveLength(2);
});
