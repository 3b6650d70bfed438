import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileCache } from './stack/bundle.ts';
import { testProgram, type TestProgram } from './stack/program.ts';
import { freePort, temporalBinary } from './stack/temporal.ts';
import { until } from './stack/wait.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');

let home: string;
let port: number;
let env: Record<string, string>;
let up: TestProgram;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vx11-readme-'));
  port = await freePort();
  env = {
    NODE_COMPILE_CACHE: compileCache,
    VX11_HOME: home,
    VX11_HOST: hostname(),
    VX11_PORT: String(port),
    VX11_MADRE_PORT: String(await freePort()),
    VX11_TEMPORAL_PORT: String(await freePort()),
    VX11_TEMPORAL_UI_PORT: String(await freePort()),
    VX11_REDIS_PORT: String(await freePort()),
    COMPOSE_PROJECT_NAME: 'vx11-readme',
    VX11_TEMPORAL_BIN: temporalBinary(),
  };
  up = testProgram(process.execPath, ['cli/main.ts', 'up'], env, join(home, 'up.log'));
  up.start();
  await until('the stack is ready', () => up.log().includes('is ready after'), 110_000);
});

afterAll(async () => {
  const pid = up?.pid();
  if (pid !== undefined && up.running()) {
    process.kill(pid, 'SIGINT');
    await until('it has ended', () => !up.running(), 60_000);
  }
  await rm(home, { recursive: true, force: true });
});

/** What the README shows under a heading, as a shell would get it, on this test's ports and folder. */
async function blocks(heading: string): Promise<string[]> {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  const section = text.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines]) =>
    lines!
      .replaceAll('localhost:8000', `localhost:${port}`)
      .replaceAll('.vx11/tokens.env', join(home, 'tokens.env')),
  );
}

const shell = (script: string) => {
  const running = run('bash', ['-euc', script], {
    cwd: root,
    env: { ...process.env, ...env, VX11_URL: `http://127.0.0.1:${port}` },
  });
  // `vx11 run` reads standard input to its end where it is no terminal
  running.child.stdin!.end();
  return running;
};

const containers = async (): Promise<string> => {
  const label = 'label=com.docker.compose.project=vx11-readme';
  return (await run('docker', ['ps', '-a', '--filter', label, '--format', '{{.Names}} {{.State}}']))
    .stdout;
};

test('the first window of the README opens, ends, and shows its receipt', async () => {
  const [open, list] = await blocks('A first window');
  const { stdout } = await shell(open!);
  const [opened, status] = stdout.split('}{');
  expect(opened).toContain('"is_open":true');
  expect(status).toContain('"ttl_remaining_seconds"');
  await until('it is asleep again', async () => !(await containers()).includes('running'), 40_000);
  const token = `. ${join(home, 'tokens.env')}\n`;
  const receipt = await until('the list shows the receipt', async () => {
    const { stdout: windows } = await shell(token + list!);
    return windows.includes('"state":"closed"') && windows;
  });
  expect(receipt).toContain('"residue":[]');
});

test('its commands run a task in the window, and a sentence waits before it stops anything', async () => {
  const [, , commands, talk] = await blocks('A first window');
  const said = await shell(commands!.replaceAll('npx vx11', `${process.execPath} cli/main.ts`));
  expect(said.stdout).toContain('spawner');
  expect(said.stdout).toMatch(/^hello$/m);
  expect(said.stdout).toMatch(/event chain: \d+ events verify/);
  const talked = await shell(talk!.replaceAll('npx vx11', `${process.execPath} cli/main.ts`));
  expect(talked.stdout).toMatch(
    /(spawner is open until|It is in progress)[^]*You have to confirm it/,
  );
});

test('Ctrl-C leaves no process and no container', async () => {
  process.kill(up.pid()!, 'SIGINT');
  await until('it has ended', () => !up.running(), 60_000);
  expect(await containers()).toBe('');
  const guards = await run('docker', ['ps', '-aq', '--filter', `label=vx11.home=${home}`]);
  expect(guards.stdout).toBe('');
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  const left = await run('ps', ['-eo', 'args']);
  expect(left.stdout).not.toContain(home);
});
