import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { up } from '../../../cli/up.ts';
import { openStore } from '../../../store/index.ts';
import { freePort } from '../../stack/temporal.ts';
import { temporaryHome } from './temporary-home.ts';

const repository = join(import.meta.dirname, '../../..');

/** An environment in which everything but `env` is valid. */
async function environment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { PATH, HOME } = process.env;
  const all: NodeJS.ProcessEnv = { PATH, HOME, VX11_HOME: temporaryHome() };
  for (const name of ['', '_MADRE', '_TEMPORAL', '_TEMPORAL_UI', '_REDIS'])
    all[`VX11${name}_PORT`] = String(await freePort());
  return { ...all, ...env };
}

/** Runs `vx11 up` when it cannot start, and returns its exit code and the lines that it printed. */
async function start(env: NodeJS.ProcessEnv) {
  const output: string[] = [];
  const code = await up({ env: await environment(env), say: (line) => output.push(line) });
  return { code, lines: output.join('\n').split('\n') };
}

/** The same in a separate process. */
async function startAs(uid: number | undefined, env: NodeJS.ProcessEnv) {
  const result = spawnSync(process.execPath, ['cli/main.ts', 'up'], {
    cwd: repository,
    env: await environment(env),
    encoding: 'utf8',
    timeout: 15_000,
    ...(uid !== undefined && { uid }),
  });
  return {
    code: result.status,
    lines: `${result.stdout}${result.stderr}`.trim().split('\n'),
  };
}

const aFile = join(import.meta.dirname, 'start-errors.test.ts');
test.each([
  ['VX11_PORT', 'abc', 'VX11_PORT is "abc": a port is a whole number from 1 to 65535.'],
  ['VX11_PORT', '-1', 'VX11_PORT is "-1": a port is a whole number from 1 to 65535.'],
  ['VX11_TEMPORAL_PORT', '70000', 'VX11_TEMPORAL_PORT is "70000": a port is a whole number'],
  ['VX11_GUARD', 'maybe', 'VX11_GUARD is "maybe": '],
  [
    'VX11_RATE_READS_PER_TOKEN',
    'lots',
    'VX11_RATE_READS_PER_TOKEN is "lots": it is a whole number',
  ],
  ['VX11_TOKEN', 'short', 'VX11_TOKEN is not right: it has at least 16 characters.'],
  ['VX11_BIND', '192.0.2.1', 'the gateway cannot listen on 192.0.2.1, port '],
  [
    'VX11_HOME',
    `${aFile}/home`,
    `cannot keep its files in ${aFile}/home: a part of this path is a file`,
  ],
  [
    'VX11_STORE_URL',
    'mysql://x',
    'VX11_STORE_URL is not right: it is sqlite:<file> or postgres://…',
  ],
  ['VX11_STORE_URL', 'sqlite:/nowhere/x.db', 'cannot be used: the folder /nowhere does not exist.'],
  [
    'VX11_STORE_URL',
    `sqlite:${aFile}`,
    `names ${aFile}, which cannot be used: it is not a SQLite database.`,
  ],
  ['VX11_STORE_URL', `sqlite:${import.meta.dirname}`, 'cannot be used: it is a folder.'],
])('an invalid %s, %s, is reported in one sentence', async (name, value, sentence) => {
  const { code, lines } = await start({ [name]: value });
  expect(lines).toEqual([expect.stringContaining(sentence)]);
  expect(code).toBe(1);
});

test('the command prints the same and exits with 1, without a stack trace', async () => {
  const { code, lines } = await startAs(undefined, { VX11_PORT: 'abc' });
  expect(lines).toEqual(['VX11_PORT is "abc": a port is a whole number from 1 to 65535.']);
  expect(code).toBe(1);
});

test('a port in use and a port configured twice are reported', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const port = String((server.address() as AddressInfo).port);
  const taken = await start({ VX11_PORT: port });
  expect(taken.lines).toEqual([expect.stringContaining(`Port ${port} (the gateway) is in use by`)]);
  expect(taken.code).toBe(1);
  const free = String(await freePort());
  const twice = await start({ VX11_PORT: free, VX11_MADRE_PORT: free });
  expect(twice.lines).toEqual([
    `Port ${free} is configured twice, for the gateway and madre. Set VX11_MADRE_PORT to another one.`,
  ]);
});

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
test.runIf(isRoot)('missing access to the home or to Docker is reported', async () => {
  const nobody = 65_534;
  const closed = join(temporaryHome(), 'home');
  const home = await startAs(nobody, { VX11_HOME: closed });
  expect(home.lines).toEqual([
    expect.stringContaining(`${closed}: this user has no write access.`),
  ]);
  const open = temporaryHome();
  execFileSync('chown', ['65534', open]);
  const docker = await startAs(nobody, { VX11_HOME: open });
  expect(docker.lines).toEqual([
    expect.stringContaining('This user has no access to Docker at /var/run/docker.sock.'),
  ]);
  expect([home.code, docker.code]).toEqual([1, 1]);
});

test.runIf(isRoot)('a home on a full disk is reported', async (context) => {
  const folder = temporaryHome();
  const home = join(folder, 'home');
  mkdirSync(home);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', home]);
  if (mount.status !== 0) context.skip(mount.stderr.toString());
  onTestFinished(() => void spawnSync('umount', [home]));
  try {
    writeFileSync(join(home, 'ballast'), Buffer.alloc(2 ** 21));
  } catch {
    // the disk is full now, as intended
  }
  const { code, lines } = await start({ VX11_HOME: home });
  expect(lines).toEqual([expect.stringContaining(`${home}: its disk is full. Free some space`)]);
  expect(code).toBe(1);
});

test('a store that a newer version has migrated is refused, with the version to start', async () => {
  const file = join(temporaryHome(), 'store.db');
  const store = await openStore(`sqlite:${file}`);
  await store.close();
  const database = new DatabaseSync(file);
  database
    .prepare('insert into migrations (name, at, version) values (?, 0, ?)')
    .run('9999-of-tomorrow', '9.9.9');
  database.close();
  const { code, lines } = await start({ VX11_STORE_URL: `sqlite:${file}` });
  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(/^The store was last migrated by VX11 9\.9\.9 .* Start that version/),
  ]);
});
