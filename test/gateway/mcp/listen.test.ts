import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readMessages } from '../../../client/sse-messages.ts';
import { updatedResources } from '../../../gateway/mcp/listen/updated-resources.ts';
import type { EventRecord } from '../../../contracts/event.ts';
import { until } from '../../stack/wait.ts';
import { startMcpFixture, type McpFixture } from './mcp-fixture.ts';

let fixture: McpFixture;
let mcpWindow: string;
beforeEach(async () => {
  fixture = await startMcpFixture({ config: { maxStreams: 2 } });
  mcpWindow = await fixture.open();
});
afterEach(() => fixture.close());

interface Message {
  id?: number;
  method?: string;
  params?: { uri?: string; notifications?: object };
  result?: { resultType: string };
  error?: { code: number; data?: { code: string } };
}

/** Listens for changes of these resources; `messages` grows, and `over` resolves when the stream has ended. */
async function listen(uris: string[], token?: string) {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const answer = await fetch(`${fixture.url}/mcp`, {
    method: 'POST',
    signal: gone.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-vx11-token': token ?? (await fixture.token('agent')),
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method: 'subscriptions/listen',
      params: {
        notifications: { resourceSubscriptions: uris },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  const messages: Message[] = [];
  if (answer.headers.get('content-type')!.includes('application/json')) {
    const { error } = (await answer.json()) as Message;
    return { error, messages, over: Promise.resolve(), gone };
  }
  const read = async (): Promise<void> => {
    for await (const { data } of readMessages(answer.body!)) messages.push(JSON.parse(data));
  };
  const over = read().catch(() => undefined);
  return { error: undefined, messages, over, gone };
}

const updates = (messages: Message[]) =>
  messages
    .filter(({ method }) => method === 'notifications/resources/updated')
    .map(({ params }) => params!.uri);
const acknowledged = ({ messages }: { messages: Message[] }) =>
  until('the stream is acknowledged', async () => messages.length > 0);

describe('a listener', () => {
  test('gets changes of its resources only, at most once a second each, and the last one', async () => {
    const { plan } = await fixture.waiting();
    const { plan: other } = await fixture.waiting();
    const uri = `vx11://plans/${plan.plan_id}`;
    const stream = await listen([uri, 'vx11://status']);
    await acknowledged(stream);
    expect(stream.messages[0]).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { resourceSubscriptions: [uri, 'vx11://status'] } },
    });
    const event = (plan_id: string) => ({
      type: 'plan.step' as const,
      at: Date.now(),
      actor: 'madre',
      payload: { plan_id },
    });
    for (let n = 0; n < 5; n += 1) {
      await fixture.store.events.append([event(plan.plan_id), event(other.plan_id)]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await until('the last change is there', async () => updates(stream.messages).length >= 4);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const count = (wanted: string) => updates(stream.messages).filter((one) => one === wanted);
    expect([count(uri).length, count('vx11://status').length]).toEqual([2, 2]);
    expect(updates(stream.messages)).toHaveLength(4);
  });

  test('is refused when all places are taken, and while agents are not let in', async () => {
    const streams = [await listen(['vx11://status']), await listen(['vx11://status'])];
    for (const one of streams) await acknowledged(one);
    const refused = await listen(['vx11://status']);
    expect(refused.error).toMatchObject({ code: 1503, data: { code: 'too_many_streams' } });
    await fixture.store.leases.release(mcpWindow);
    const closed = await listen(['vx11://status']);
    expect(closed.error).toMatchObject({ code: 1403, data: { code: 'off_by_policy' } });
  });

  test('ends in order when the window of mcp ends', async () => {
    const stream = await listen(['vx11://status']);
    await acknowledged(stream);
    await fixture.store.leases.release(mcpWindow);
    await stream.over;
    expect(stream.messages.at(-1)).toMatchObject({ id: 7, result: { resultType: 'complete' } });
  });

  test('ends when its token is revoked', async () => {
    const { token, id } = await fixture.named('codex ada', 'agent');
    const stream = await listen(['vx11://status'], token);
    await acknowledged(stream);
    await fixture.store.tokens.revoke(id, Date.now(), []);
    await stream.over;
    expect(stream.messages.at(-1)).toMatchObject({ id: 7 });
  });

  test('gives its place back when it goes', async () => {
    const places = 2;
    for (let n = 0; n < places + 2; n += 1) {
      const stream = await listen(['vx11://status']);
      await acknowledged(stream);
      expect(stream.messages[0]).toMatchObject({
        method: 'notifications/subscriptions/acknowledged',
      });
      stream.gone.abort();
      await stream.over;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});

test('the resources that an event may have changed', () => {
  const event = (change: Partial<EventRecord>) =>
    ({ type: 'plan.step', window_id: null, service: null, payload: {}, ...change }) as EventRecord;
  expect(updatedResources(event({ payload: { plan_id: 'plan-1' } }))).toEqual([
    'vx11://status',
    'vx11://plans/plan-1',
  ]);
  const closed = event({ type: 'window.closed', window_id: 'window-1', service: 'web' });
  expect(updatedResources(closed)).toEqual([
    'vx11://status',
    'vx11://services/web',
    'vx11://windows/window-1',
    'vx11://windows/window-1/receipt',
  ]);
  expect(updatedResources(event({ type: 'spawn.finished', payload: { spawn_id: 'x' } }))).toEqual([
    'vx11://status',
    'vx11://tasks/x',
    'vx11://tasks/x/output/stdout',
    'vx11://tasks/x/output/stderr',
  ]);
  expect(updatedResources(event({ type: 'catalog.read' }))).toContain('vx11://services');
});
