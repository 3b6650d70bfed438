import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMcpFixture, type McpFixture } from '../gateway/mcp/mcp-fixture.ts';

const root = join(import.meta.dirname, '../..');
/** Where scripts/bootstrap/client-generators.mjs installs it. */
const inspector = join(root, '.tools/inspector/node_modules/.bin/mcp-inspector');
const bridge = [process.execPath, join(root, 'cli/main.ts'), 'mcp'];
const eras = ['legacy', 'modern'] as const;

const limit = { timeout: 60_000 };
const isThere = existsSync(inspector);
if (!isThere) console.log('the MCP Inspector is skipped: it is not installed');

describe.skipIf(!isThere)('the command line of the MCP Inspector', () => {
  let fixture: McpFixture;
  let token: string;
  beforeAll(async () => {
    fixture = await startMcpFixture();
    await fixture.open('mcp', 600_000);
    token = await fixture.token('agent');
  });
  afterAll(() => fixture.close());

  const run = (words: string[]): Promise<{ code: number; out: string }> => {
    const env = { PATH: process.env['PATH'], HOME: fixture.files };
    return new Promise((resolve) => {
      const options = { env, timeout: limit.timeout };
      execFile(process.execPath, [inspector, '--cli', ...words], options, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out: `${out}${err}` }),
      );
    });
  };
  const byHttp = (era: string): string[] => {
    const header = `authorization: Bearer ${token}`;
    return [`${fixture.url}/mcp`, '--transport', 'http', '--header', header].concat(
      '--protocol-era',
      era,
    );
  };
  const asJson = ['--format', 'json', '-q'];

  test.each(eras)(
    'lists tools with schemas that hosts take, as a %s client',
    limit,
    async (era) => {
      const words = [...byHttp(era), ...asJson, '--method', 'tools/list', '--strict'];
      const { code, out } = await run(words);
      expect(code, out).toBe(0);
      expect(out.match(/"name": ?"vx11_/g)).toHaveLength(18);
    },
  );

  test.each(eras)('calls a tool and reads a resource, as a %s client', limit, async (era) => {
    const call = ['--method', 'tools/call', '--tool-name', 'vx11_status'];
    const status = await run([...byHttp(era), ...asJson, ...call, '--tool-arg', 'service=web']);
    expect(status.code, status.out).toBe(0);
    expect(status.out).toContain('web is off_by_policy');
    const read = ['--method', 'resources/read', '--uri', 'vx11://services/web'];
    const resource = await run([...byHttp(era), ...asJson, ...read]);
    expect(resource.code, resource.out).toBe(0);
    expect(resource.out).toContain('vx11://services/web');
  });

  test('lists and calls tools through vx11 mcp', limit, async () => {
    const given = [`VX11_URL=${fixture.url}`, `VX11_TOKEN=${token}`, 'VX11_HOME=/nowhere'];
    const env = given.flatMap((one) => ['-e', one]);
    const list = ['--method', 'tools/list', '--strict', '--', ...bridge];
    const { code, out } = await run([...env, ...asJson, ...list]);
    expect(code, out).toBe(0);
    const wrong = ['--method', 'tools/call', '--tool-name', 'vx11_plan', '--', ...bridge];
    const refused = await run([...env, ...asJson, ...wrong]);
    expect(refused.code).toBe(5);
    expect(refused.out).toContain('plan_id: is missing');
  });
});
