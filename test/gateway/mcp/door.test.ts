import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMcpFixture, textOf, type McpFixture } from './mcp-fixture.ts';

let fixture: McpFixture;
beforeAll(async () => void (fixture = await startMcpFixture()));
afterAll(() => fixture.close());

const rpc = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });

describe('while the window of mcp is closed', () => {
  test.each(['modern', 'legacy'] as const)(
    'a %s client connects, lists, reads the status, and may only ask for the door itself',
    async (era) => {
      const client = await fixture.connect({ era });
      const { tools } = await client.listTools();
      expect(tools).toHaveLength(18);
      const status = await client.callTool({ name: 'vx11_status', arguments: {} });
      expect(status.structuredContent).toMatchObject({ agents_until: null, mode: 'solo_madre' });
      expect(textOf(status)).toContain('Agents are not let in now.');
      const windows = await client.callTool({ name: 'vx11_windows', arguments: {} });
      expect(windows.isError).toBe(true);
      expect(windows.structuredContent).toBeUndefined();
      expect(textOf(windows)).toMatch(/^off_by_policy: .* Next: call vx11_open_window/);
      const both = { services: ['mcp', 'web'], ttl_seconds: 60, reason: 'to work with web' };
      const other = await client.callTool({ name: 'vx11_open_window', arguments: both });
      expect(textOf(other)).toMatch(/^off_by_policy/);
      await expect(client.readResource({ uri: 'vx11://status' })).rejects.toMatchObject({
        code: 1403,
        data: { code: 'off_by_policy' },
      });
      const { prompts } = await client.listPrompts();
      expect(prompts.every(({ description }) => description !== undefined)).toBe(true);
      const asked = await client.callTool({
        name: 'vx11_open_window',
        arguments: { services: ['mcp'], ttl_seconds: 1800, reason: 'to look around' },
      });
      expect(asked.isError).toBeFalsy();
      const { plan_id } = asked.structuredContent as { plan_id: string };
      expect(textOf(asked)).toContain(`vx11 plan confirm ${plan_id}`);
      const seen = await client.callTool({ name: 'vx11_plan', arguments: { plan_id } });
      expect(seen.structuredContent).toMatchObject({ status: 'WAITING', risk: 'LOW' });
    },
  );
});

test('a client sees the same lists before and after agents are let in', async () => {
  const client = await fixture.connect();
  const lists = async () => ({
    ...(await client.listTools()),
    ...(await client.listPrompts()),
    ...(await client.listResourceTemplates()),
    resources: (await client.listResources()).resources.filter(
      ({ uri }) => !uri.startsWith('vx11://windows/'),
    ),
  });
  const before = await lists();
  expect(before.resources.map(({ uri }) => uri)).toEqual(
    expect.arrayContaining(['vx11://status', 'vx11://services']),
  );
  const id = await fixture.open();
  expect(await lists()).toEqual(before);
  await fixture.store.leases.release(id);
});

describe('POST /mcp', () => {
  const send = (payload: unknown, headers: Record<string, string> = {}) =>
    fetch(`${fixture.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  const status = async (...args: Parameters<typeof send>) => {
    const answer = await send(...args);
    return [answer.status, await answer.text()] as const;
  };

  test('takes no request without a token, with a wrong one, or from a foreign page', async () => {
    const [without] = await status(rpc('ping'));
    expect(without).toBe(401);
    expect((await send(rpc('ping'))).headers.get('www-authenticate')).toContain('Bearer');
    expect((await status(rpc('ping'), { 'x-vx11-token': 'nonsense' }))[0]).toBe(403);
    const headers = { 'x-vx11-token': await fixture.token('agent'), origin: 'https://bad.example' };
    expect((await status(rpc('ping'), headers))[0]).toBe(403);
  });

  test('refuses batches, large bodies and what is no message; other methods are 405', async () => {
    const headers = { 'x-vx11-token': await fixture.token('agent') };
    expect((await status([rpc('ping'), rpc('ping')], headers))[0]).toBe(400);
    expect((await status({ a: 'x'.repeat(300_000) }, headers))[0]).toBe(413);
    expect((await status({ nothing: true }, headers))[0]).toBe(422);
    for (const method of ['GET', 'DELETE']) {
      expect((await fetch(`${fixture.url}/mcp`, { method, headers })).status).toBe(405);
    }
  });

  test('ignores a stale session, and answers an unknown method with its error', async () => {
    const headers = { 'x-vx11-token': await fixture.token('agent'), 'mcp-session-id': 'of-before' };
    expect((await status(rpc('ping'), headers))[0]).toBe(200);
    const [, body] = await status(rpc('nobody/knows'), headers);
    expect(body).toContain('-32601');
  });

  test('keeps the headers of every answer', async () => {
    const answer = await send(rpc('ping'), { 'x-vx11-token': await fixture.token('agent') });
    expect(answer.headers.get('x-correlation-id')).toBeTruthy();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('sends clients into no OAuth discovery', async () => {
    for (const path of ['oauth-protected-resource', 'oauth-authorization-server']) {
      const answer = await fetch(`${fixture.url}/.well-known/${path}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        404,
        expect.stringContaining('json'),
      ]);
    }
  });

  test.each(['?toolsets=everything', '?read_only=yes', '?more=1'])(
    '%s is refused',
    async (query) => {
      await expect(fixture.connect({ query })).rejects.toThrow();
    },
  );
});
