import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stringify } from 'yaml';
import { readAllFacts } from '../../activities/drift/reading/read-facts.ts';
import type { PowerHost } from '../../activities/power/host/host.ts';
import { createMissing } from '../../activities/power/start/create-containers.ts';
import { judge } from '../../domain/drift/judge.ts';
import { openStore, type Store } from '../../store/index.ts';
import { createPowerHost } from '../../workers/madre/power-host.ts';

const run = promisify(execFile);
const project = `vx11-byhand-${randomBytes(3).toString('hex')}`;
const twin = `${project}-twin`;
const socket = '/var/run/docker.sock';
const twoHours = 2 * 3_600_000;

let folder: string;
let store: Store;
let power: PowerHost;
const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args, { cwd: folder })).stdout.trim();
const compose = (...args: string[]): Promise<string> =>
  docker('compose', '--progress', 'quiet', ...args);
const web = {
  image: inject('tinyImage'),
  command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 0.1; done"],
  stop_grace_period: '1s',
  tmpfs: ['/t:size=10m'],
  volumes: ['data:/data', './app.conf:/etc/app.conf:ro', '/anonymous'],
  secrets: ['key'],
};
const write = (change: object = {}): Promise<void> =>
  writeFile(
    join(folder, 'compose.yaml'),
    stringify({
      name: project,
      services: { web: { ...web, ...change } },
      volumes: { data: {} },
      secrets: { key: { file: './key' } },
    }),
  );
/** What an audit finds, and what is only worth knowing, too. @param later how much time has gone by, in ms */
async function found(later = 0): Promise<string[]> {
  const clock = (): number => Date.now() + later;
  const deps = { power: { ...power, clock }, seal: (value: string) => value };
  const { facts } = await readAllFacts(deps, { modules: null, include_tests: false });
  return (
    judge(facts)
      // it is the clock of this test that is wrong
      .filter(({ kind }) => kind !== 'clock_or_zone')
      .map(({ kind, path, actual }) => `${kind} ${path} ${actual}`)
  );
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'vx11-byhand-')));
  await writeFile(join(folder, 'app.conf'), 'one');
  await writeFile(join(folder, 'key'), 'one', { mode: 0o600 });
  await write();
  store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  power = await createPowerHost(
    {
      host: 'host-a',
      home: folder,
      composeFile: join(folder, 'compose.yaml'),
      composeBinary: process.env['VX11_COMPOSE_BIN'],
      dockerConfig: join(folder, 'docker'),
      socket,
      image: 'none',
      guard: false,
      key: 'a key of this test',
    },
    {
      store,
      registry: new Registry(),
      log: pino({ level: 'silent' }),
      onEngineEvents() {},
      onRounds() {},
    },
  );
  await compose('up', '-d');
});
afterAll(async () => {
  power?.watch.close();
  await store?.close();
  await docker('rm', '-f', '-v', twin).catch(() => undefined);
  await compose('down', '-v', '--remove-orphans').catch(() => undefined);
  const own = `label=com.docker.compose.project=${project}`;
  const left = (await docker('volume', 'ls', '-q', '--filter', own)).split('\n').filter(Boolean);
  if (left.length > 0) await docker('volume', 'rm', ...left);
  await rm(folder, { recursive: true, force: true });
});

describe('what somebody does by hand is read from the Engine', () => {
  test('of a stack that nobody touched nothing is found', async () => {
    expect(await found()).toEqual([]);
  });

  test('files that are written under a container, and files in it', async () => {
    await writeFile(join(folder, 'app.conf'), 'two');
    await writeFile(join(folder, 'key'), 'two');
    await compose('exec', 'web', 'sh', '-c', 'echo x >> /etc/passwd; echo x > /tmp/x');
    expect((await found()).toSorted()).toEqual([
      'bind_content_changed services.web.volumes./etc/app.conf null',
      'rootfs_changed services.web /etc/passwd',
      'secret_content services.web.volumes./run/secrets/key null',
    ]);
    await compose('exec', 'web', 'sh', '-c', 'echo x > /srv-tool; chmod +x /srv-tool');
    expect(await found()).toContain('rootfs_changed services.web /srv-tool, /etc/passwd');
    await compose('restart', 'web');
    expect((await found()).map((one) => one.split(' ')[0])).toEqual(['rootfs_changed']);
  });

  test('what is left over, added beside the stack, or belonged to a container that is gone', async () => {
    const anonymous = await docker(
      'inspect',
      '--format',
      '{{range .Mounts}}{{if eq .Destination "/anonymous"}}{{.Name}}{{end}}{{end}}',
      `${project}-web-1`,
    );
    await compose('run', '--name', `${project}-left`, 'web', 'true');
    await docker(
      'volume',
      'create',
      '--label',
      `com.docker.compose.project=${project}`,
      `${project}_old`,
    );
    const network = `${project}_default`;
    await docker('run', '-d', '--name', twin, '--network', network, web.image, ...web.command);
    await docker('rm', '-f', `${project}-web-1`);
    await compose('up', '-d');
    const now = [
      `anonymous_dangling volumes.${anonymous} null`,
      `orphan_volume volumes.${project}_old null`,
      `rogue_twin containers.${twin} network ${network}`,
    ];
    expect((await found()).toSorted()).toEqual(now);
    expect((await found(twoHours)).toSorted()).toEqual(
      [...now, `run_leftover containers.${project}-left null`].toSorted(),
    );
  });
});

describe('an opening', () => {
  const cause = { actor: 'test' };
  const inspect = (format: string): Promise<string> =>
    docker('inspect', '--format', format, `${project}-web-1`);
  const open = async (): Promise<string> => {
    await compose('stop', 'web');
    const { services } = await power.catalog.current();
    const { failures } = await createMissing(power, services, cause, new AbortController().signal);
    expect([...failures.values()]).toEqual([]);
    return inspect('{{.Id}}');
  };

  test('makes a container again for an edit of an option, and keeps it if the file says the same in other words', async () => {
    const first = await open();
    await write({ tmpfs: ['/t:size=64m'] });
    expect(await found()).toContain('mounts_changed services.web.volumes./t tmpfs, size=10m');
    const second = await open();
    expect(second).not.toBe(first);
    expect(await inspect('{{json .HostConfig.Tmpfs}}')).toBe('{"/t":"size=64m"}');

    await write({ tmpfs: ['/t:size=64m'], volumes: web.volumes.toReversed() });
    expect(await open()).toBe(second);
    expect((await found()).filter((one) => one.startsWith('definition'))).toEqual([
      'definition_respelled services.web null',
    ]);

    // the Engine has no trace of it
    await write({ tmpfs: ['/t:size=64m'], platform: 'linux/amd64' });
    expect((await found()).filter((one) => one.startsWith('definition'))).toEqual([
      'definition_changed services.web null',
    ]);
    const third = await open();
    expect(third).not.toBe(second);
    await write({ tmpfs: ['/t:size=64m'] });
    expect(await open()).not.toBe(third);
  });
});
