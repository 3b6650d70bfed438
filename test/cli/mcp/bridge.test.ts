import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { TokenScope } from '../../../contracts/token.ts';
import { startMcpFixture, textOf, type McpFixture } from '../../gateway/mcp/mcp-fixture.ts';

const main = join(import.meta.dirname, '../../../cli/main.ts');
/** Nothing listens here. */
const nobody = 'http://127.0.0.1:1';

let fixture: McpFixture;
beforeAll(async () => {
  fixture = await startMcpFixture();
  await fixture.open();
});
afterAll(() => fixture.close());

interface Bridge {
  child: ChildProcess;
  /** Every line of stdout. */
  lines: string[];
  err: () => string;
  send(message: unknown): void;
  /** The answer to the request with this id. */
  answer(
    id: number,
  ): Promise<{ result?: Record<string, unknown>; error?: { code: number; message: string } }>;
  exit: Promise<number | null>;
}

function startBridge(env: Record<string, string>, args: string[] = []): Bridge {
  const child = spawn(process.execPath, [main, 'mcp', ...args], {
    env: { PATH: process.env['PATH'], VX11_HOME: '/nowhere', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  const lines: string[] = [];
  let err = '';
  let wake = (): void => undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  child.stderr.on('data', (piece) => (err += String(piece)));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const find = (id: number) =>
    lines.map((line) => JSON.parse(line)).find((message) => message.id === id);
  return {
    child,
    lines,
    err: () => err,
    exit,
    send: (message) =>
      void child.stdin.write(
        `${typeof message === 'string' ? message : JSON.stringify(message)}\n`,
      ),
    async answer(id) {
      while (find(id) === undefined) await new Promise<void>((resolve) => (wake = resolve));
      return find(id);
    },
  };
}

const rpc = (id: number, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});
const withToken = async (scope: TokenScope) => ({
  VX11_URL: fixture.url,
  VX11_TOKEN: await fixture.token(scope),
});

describe('vx11 mcp', () => {
  test.each(['legacy', 'auto', 'modern'] as const)('serves a client of era %s', async (era) => {
    const client = new Client(
      { name: 'a test', version: '1.0.0' },
      { versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : era } },
    );
    const env = {
      PATH: process.env['PATH']!,
      VX11_HOME: '/nowhere',
      ...(await withToken('agent')),
    };
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [main, 'mcp'], env }),
    );
    onTestFinished(() => client.close());
    expect((await client.listTools()).tools).toHaveLength(18);
    const status = await client.callTool({ name: 'vx11_status', arguments: { service: 'web' } });
    expect(textOf(status)).toContain('web is off_by_policy');
    const asked = await client.callTool({
      name: 'vx11_open_window',
      arguments: { services: ['web'], ttl_seconds: 60, reason: `to test ${era}`, request_id: era },
    });
    expect(asked.structuredContent).toMatchObject({ status: 'WAITING' });
    const { plan_id } = asked.structuredContent as { plan_id: string };
    await client.callTool({ name: 'vx11_withdraw_plan', arguments: { plan_id } });
    const { contents } = await client.readResource({ uri: 'vx11://status' });
    expect(contents).toHaveLength(1);
  });

  test('writes nothing but JSON-RPC, also for lines that are none', async () => {
    const { send, answer, lines } = startBridge(await withToken('agent'));
    send('');
    send('not json');
    send('[{"jsonrpc":"2.0","id":1,"method":"ping"}]');
    send({ hello: 'there' });
    send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    send(rpc(2, 'ping'));
    expect(await answer(2)).toMatchObject({ result: {} });
    const messages = lines.map((line) => JSON.parse(line));
    expect(messages.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    expect(messages.flatMap(({ error }) => error?.code ?? [])).toEqual([-32_700, -32_600, -32_600]);
  });

  test('answers each request while the gateway is down, and works once it is up', async () => {
    const { send, answer, lines } = startBridge({ VX11_URL: nobody, VX11_TOKEN: 'x'.repeat(20) });
    send(rpc(1, 'tools/list'));
    expect(await answer(1)).toMatchObject({
      error: { code: 1503, message: expect.stringContaining('vx11 up') },
    });
    expect(lines).toHaveLength(1);
  });

  test('says what the gateway refuses', async () => {
    const env = { VX11_URL: fixture.url, VX11_TOKEN: 'x'.repeat(20) };
    const { send, answer } = startBridge(env);
    send(rpc(1, 'tools/list'));
    expect(await answer(1)).toMatchObject({ error: { code: 1403 } });
  });

  // the lines themselves: the SDK's client drops progress that arrives in one piece with the result
  test('hands progress on before the result, with the token of the client', async () => {
    const { send, answer, lines } = startBridge(await withToken('agent'));
    const { plan } = await fixture.waiting();
    send(rpc(1, 'ping'));
    await answer(1);
    const arrived = new Promise((resolve) => fixture.app.server.once('request', resolve));
    const args = { plan_id: plan.plan_id, wait_seconds: 40 };
    const params = { name: 'vx11_plan', arguments: args, _meta: { progressToken: 'mine' } };
    send(rpc(2, 'tools/call', params));
    await arrived; // the gateway is in this process, so the wait begins soon
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await fixture.post(`/madre/plans/${plan.plan_id}/reject`, {})).status).toBe(200);
    await answer(2);
    expect(lines.slice(1).map((line) => JSON.parse(line))).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
      { id: 2, result: { structuredContent: { status: 'REJECTED' } } },
    ]);
  });

  test('cancels a wait that the client gives up, which has no answer', async () => {
    const { send, answer, lines } = startBridge(await withToken('agent'));
    const { plan } = await fixture.waiting();
    const args = { plan_id: plan.plan_id, wait_seconds: 40 };
    send(rpc(1, 'tools/call', { name: 'vx11_plan', arguments: args }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    send(rpc(2, 'ping'));
    await answer(2);
    expect(lines).toHaveLength(1);
    expect((await fixture.store.plans.find(plan.plan_id))!.status).toBe('WAITING');
  });

  test.each(['operator', 'admin'] as const)('refuses a token of scope %s', async (scope) => {
    const { exit, err, lines } = startBridge(await withToken(scope));
    expect(await exit).toBe(64);
    expect(err()).toContain(`this one is ${scope}`);
    expect(lines).toEqual([]);
  });

  test('needs VX11_TOKEN, and known toolsets', async () => {
    expect(await startBridge({ VX11_URL: fixture.url }).exit).toBe(2);
    expect(await startBridge(await withToken('agent'), ['--toolsets', 'all']).exit).toBe(2);
  });

  test('only narrows with --read-only and --toolsets', async () => {
    const { send, answer } = startBridge(await withToken('agent'), [
      '--read-only',
      '--toolsets',
      'windows',
    ]);
    send(rpc(1, 'tools/list'));
    const { result } = await answer(1);
    const names = (result!['tools'] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(['vx11_windows', 'vx11_window', 'vx11_preview']);
    send(rpc(2, 'tools/call', { name: 'vx11_stop_service', arguments: {} }));
    expect(JSON.stringify(await answer(2))).toContain('scope: vx11_stop_service is not among');
  });

  test('ends with its input', async () => {
    const { child, exit } = startBridge(await withToken('viewer'));
    child.stdin!.end();
    expect(await exit).toBe(0);
  });
});
