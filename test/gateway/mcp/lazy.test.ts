import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Prints how many modules of a package `loads` bring in. */
const script = (loads: string[], packages: string): string => `
  import { registerHooks } from 'node:module';
  const seen = [];
  registerHooks({
    resolve(name, about, next) {
      const found = next(name, about);
      if (/node_modules\\/(${packages})/.test(found.url)) seen.push(found.url);
      return found;
    },
  });
  ${loads.map((load) => `await import('${join(root, load)}');`).join('\n')}
  console.log(seen.length);
  process.exit();`;

const sdk = '@modelcontextprotocol';
const loadedBy = async (loads: string[], packages: string): Promise<number> => {
  const args = ['--input-type=module', '--eval', script(loads, packages)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return Number(stdout);
};

test('the gateway loads nothing of the MCP SDK before the first call', async () => {
  expect(await loadedBy(['gateway/routes.ts'], sdk)).toBe(0);
  expect(await loadedBy(['gateway/mcp/serve.ts'], sdk)).toBeGreaterThan(0);
});

test('vx11 mcp loads no schemas, and nothing of the SDK, the gateway’s server, Temporal or Docker', async () => {
  const bridge = ['cli/program.ts', 'cli/commands/mcp.ts', 'cli/mcp/bridge.ts'];
  expect(await loadedBy(bridge, `${sdk}|zod|fastify|@temporalio|dockerode|ai|undici`)).toBe(0);
  expect(await loadedBy(bridge, 'commander')).toBeGreaterThan(0);
});
