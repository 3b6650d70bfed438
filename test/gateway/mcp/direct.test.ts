import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainCall } from '../../../gateway/mcp/direct/plain-call.ts';
import { startMcpFixture, type McpFixture } from './mcp-fixture.ts';

const version = 'io.modelcontextprotocol/protocolVersion';
const capabilities = 'io.modelcontextprotocol/clientCapabilities';
const modernMeta = { [version]: '2026-07-28', [capabilities]: {} };
const name = 'vx11_status';
const types = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
const modernHeaders = {
  ...types,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': name,
};
const body = (params: object, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params: { name, arguments: {}, ...params },
  ...more,
});
const modern = body({ _meta: modernMeta });
const legacy = body({});

describe('a call is served over the standing connection', () => {
  test('if it is exactly as its revision has it', () => {
    expect(plainCall(modernHeaders, modern)?.era).toBe('modern');
    expect(plainCall(types, legacy)?.era).toBe('legacy');
    expect(plainCall({ ...types, 'mcp-protocol-version': '2025-06-18' }, legacy)?.era).toBe(
      'legacy',
    );
    // it has progress only while it waits
    expect(plainCall(types, body({ _meta: { progressToken: 1 } }))?.era).toBe('legacy');
  });

  const waits = { arguments: { wait_seconds: 5 }, _meta: { progressToken: 1 } };
  test.each<[string, Record<string, string>, unknown]>([
    ['another method', types, body({}, { method: 'tools/list' })],
    ['a notification', types, { jsonrpc: '2.0', method: 'tools/call', params: { name } }],
    ['an id that is no integer', types, body({}, { id: 1.5 })],
    ['an unknown tool', types, body({ name: 'vx11_nothing' })],
    ['arguments that are no object', types, body({ arguments: [] })],
    ['a wait that wants progress', types, body(waits)],
    ['an answer about a form', types, body({ requestState: 'x', inputResponses: {} })],
    [
      'another type of body',
      { ...types, 'content-type': 'application/json; charset=utf-8' },
      legacy,
    ],
    ['an answer that it does not accept', { ...types, accept: 'application/json' }, legacy],
    ['an unknown revision', { ...types, 'mcp-protocol-version': '2030-01-01' }, legacy],
    ['a new revision in the header only', modernHeaders, legacy],
    ['a new revision in the body only', types, modern],
    ['another method in the header', { ...modernHeaders, 'mcp-method': 'tools/list' }, modern],
    ['another name in the header', { ...modernHeaders, 'mcp-name': 'vx11_plans' }, modern],
    ['no capabilities', modernHeaders, body({ _meta: { [version]: '2026-07-28' } })],
    [
      'capabilities of another form',
      modernHeaders,
      body({ _meta: { ...modernMeta, [capabilities]: 'all' } }),
    ],
    [
      'a member of the protocol that it does not know',
      modernHeaders,
      body({ _meta: { ...modernMeta, 'io.modelcontextprotocol/logLevel': 'debug' } }),
    ],
  ])('but not with %s', (_, headers, sent) => {
    expect(plainCall(headers, sent)).toBeNull();
  });
});

describe('over the standing connection', () => {
  let fixture: McpFixture;
  let token: string;
  beforeAll(async () => {
    fixture = await startMcpFixture();
    await fixture.open('mcp', 600_000);
    token = (await fixture.named('codex ada', 'agent')).token;
  });
  afterAll(() => fixture.close());

  const post = (headers: object, sent: object, by = token, signal?: AbortSignal) =>
    fetch(`${fixture.url}/mcp`, {
      method: 'POST',
      headers: { ...headers, 'x-vx11-token': by },
      body: JSON.stringify(sent),
      ...(signal !== undefined && { signal }),
    });
  /** The message of an answer, of a stream too. */
  const message = async (answer: Response) => {
    const text = await answer.text();
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as { id: unknown; result: object };
  };

  test.each([
    ['2026-07-28', modernHeaders, modern],
    ['2025-11-25', { ...types, 'mcp-protocol-version': '2025-11-25' }, legacy],
  ])(
    'a call of revision %s has the same answer as through the handler',
    async (_, headers, sent) => {
      const direct = await post(headers, sent);
      // the same, but for a header that it does not know
      const longer = { ...headers, 'content-type': 'application/json; charset=utf-8' };
      const other = await post(longer, sent);
      expect([direct.status, other.status]).toEqual([200, 200]);
      expect(direct.headers.get('content-type')).toBe('application/json');
      for (const header of ['x-correlation-id', 'x-content-type-options']) {
        expect(direct.headers.get(header)).toBeTruthy();
      }
      const withoutMark = (answer: object): unknown =>
        JSON.parse(JSON.stringify(answer).replaceAll(/(?<=marks |\\n)[0-9a-f]{8}\b/g, 'MARK'));
      expect(withoutMark(await message(direct))).toEqual(withoutMark(await message(other)));
    },
  );

  test('two clients with the same id get their own answers', async () => {
    const other = (await fixture.named('cursor ben', 'agent')).token;
    const [one, two] = await Promise.all(
      [token, other].map(async (by) => message(await post(modernHeaders, modern, by))),
    );
    expect(one).toMatchObject({
      id: 7,
      result: { structuredContent: { you: { name: 'codex ada' } } },
    });
    expect(two).toMatchObject({
      id: 7,
      result: { structuredContent: { you: { name: 'cursor ben' } } },
    });
  });

  test.each([
    ['modern', modernHeaders, modernMeta],
    ['legacy', types, undefined],
  ])('the end of a %s client’s connection cancels its wait', async (_, headers, meta) => {
    const { plan } = await fixture.waiting();
    const args = { plan_id: plan.plan_id, wait_seconds: 40 };
    const wait = body({ name: 'vx11_plan', arguments: args, ...(meta && { _meta: meta }) });
    const named = 'mcp-name' in headers ? { ...headers, 'mcp-name': 'vx11_plan' } : headers;
    const cancelled = () => fixture.log.filter((line) => line.includes('"outcome":"cancelled"'));
    const before = cancelled().length;
    const gone = new AbortController();
    const waiting = post(named, wait, token, gone.signal).catch(() => 'gone');
    await pause(200);
    gone.abort();
    expect(await waiting).toBe('gone');
    await expect.poll(() => cancelled().length, { timeout: 1000 }).toBe(before + 1);
    expect((await fixture.store.plans.find(plan.plan_id))!.status).toBe('WAITING');
    expect((await post(modernHeaders, modern)).status).toBe(200);
  });
});

test('a gateway that stops ends the connections of waiting clients', async () => {
  const fixture = await startMcpFixture();
  await fixture.open('mcp', 600_000);
  const { token } = await fixture.named('codex ada', 'agent');
  const { plan } = await fixture.waiting();
  const args = { plan_id: plan.plan_id, wait_seconds: 40 };
  const waiting = fetch(`${fixture.url}/mcp`, {
    method: 'POST',
    headers: { ...types, 'x-vx11-token': token },
    body: JSON.stringify(body({ name: 'vx11_plan', arguments: args })),
  }).then(
    () => 'answered',
    () => 'ended',
  );
  await pause(300);
  await fixture.close();
  expect(await waiting).toBe('ended');
});
