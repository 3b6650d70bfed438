import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineAt } from '../../cli/up/engine.ts';
import { bridgeAddress } from '../../cli/up/temporal/networks.ts';
import { removeProject } from '../stack/stack.ts';
import { exchangeRaw } from '../stack/sockets.ts';
import { startUpStack, type UpStack } from '../stack/up.ts';
import { until } from '../stack/wait.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const name = `vx11own-${randomBytes(3).toString('hex')}`;
const web = {
  image: 'vx11-tiny:local',
  command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 0.1; done"],
  stop_grace_period: '1s',
};

/** The part of a compose file that docs/tasks.md tells people to add. */
async function documented(): Promise<{ services: object; networks: object }> {
  const page = await readFile(join(root, 'docs/tasks.md'), 'utf8');
  const section = page.split("## Another stack's file\n")[1]!;
  return parse(/```yaml\n([\s\S]*?)```/.exec(section)![1]!);
}

/** What HTTP/2 begins with: the client's preface and an empty frame of settings. */
const preface = String.raw`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\004\0\0\0\0\0`;

describe("a user's own stack with the spawner of docs/tasks.md", () => {
  let stack: UpStack;
  const cli = (...args: string[]) => {
    const VX11_URL = `http://127.0.0.1:${stack.env['VX11_PORT']}`;
    const env = { ...process.env, ...stack.env, VX11_URL };
    const running = run(process.execPath, ['cli/main.ts', ...args], { cwd: root, env });
    running.child.stdin?.end(); // a task gets what its caller says
    return running;
  };

  beforeAll(async () => {
    stack = await startUpStack(name, stringify({ name, services: { web } }));
  });
  afterAll(async () => {
    await stack?.end();
    const docker = async (...args: string[]) => (await run('docker', args)).stdout;
    await removeProject(name, stack.home, docker);
    await docker('network', 'rm', `${name}_vx11`);
  });

  test('a spawner service added while VX11 runs takes a task, as the page says', async () => {
    const { services, networks } = await documented();
    const file = { name, services: { web, ...services }, networks };
    await writeFile(stack.composeFile, stringify(file));
    await until('the catalog has the spawner', async () => {
      const { body } = await stack.call('GET', '/vx11/status');
      return JSON.stringify(body).includes('"spawner"');
    });
    await cli('open', 'spawner', '--ttl', '10m');
    const { stdout } = await cli('run', '--', 'echo', 'hi');
    expect(stdout).toBe('hi\n');
  });

  test('no other container of the stack reaches Temporal through the relay', async () => {
    const opened = await stack.call('POST', '/vx11/window/open', {
      target: 'web',
      ttl_seconds: 300,
    });
    expect(opened.body).toMatchObject({ is_open: true });
    const port = Number(stack.env['VX11_TEMPORAL_PORT']);
    const bytes = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
    const direct = await exchangeRaw({ host: '127.0.0.1', port }, bytes.toString('latin1'));
    expect(direct.length).toBeGreaterThan(0);
    const bridge = await bridgeAddress(engineAt('/var/run/docker.sock'));
    const script = `printf '${preface}' | nc -w 2 ${bridge} ${port} | wc -c`;
    const { stdout } = await run('docker', ['exec', `${name}-web-1`, 'sh', '-c', script]);
    expect(stdout.trim()).toBe('0');
  });
});
