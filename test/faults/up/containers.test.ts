import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { vx11 } from '../../cli/fixture.ts';
import { freePort } from '../../stack/temporal.ts';
import { obedient, removeProject, runningIn } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => (await run('docker', args)).stdout;

const image = process.env['VX11_COMPLETE_IMAGE'] ?? 'vx11-complete:local';

beforeAll(async () => {
  await run(process.execPath, ['scripts/image.ts', 'complete']);
});

/** Writes the file for a new stack, starts it, and ends all of it with the test. */
async function startInContainers(project: string, flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), `${project}-`));
  const [file, home] = [join(folder, 'vx11.yml'), join(folder, '.vx11')];
  const web = { image: inject('tinyImage'), command: obedient, stop_grace_period: '1s' };
  writeFileSync(join(folder, 'compose.yml'), JSON.stringify({ name: project, services: { web } }));
  const port = String(await freePort());
  const env = {
    VX11_COMPLETE_IMAGE: image,
    VX11_HOME: home,
    VX11_COMPOSE_FILE: folder,
    VX11_PORT: port,
  };
  const written = await vx11(['init', 'compose', file, ...flags], env);
  expect(written.err).toContain(`docker compose -f ${file} up -d`);
  const compose = (...args: string[]): Promise<string> =>
    docker('compose', '-p', `${project}-vx11`, '-f', file, ...args);
  onTestFinished(async () => {
    await compose('down', '--volumes', '--timeout', '20');
    await removeProject(project, home, docker);
    rmSync(folder, { recursive: true, force: true });
  });
  await compose('up', '-d');
  const token = readFileSync(join(home, 'tokens.env'), 'utf8').trim().split('=')[1]!;
  const call = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'x-vx11-token': token, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const isUp = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health`).then(({ ok }) => ok);
  await until('the gateway answers', isUp, 180_000);
  return { home, compose, isUp, call };
}

test('the image names its bill of materials, which has packages, programs and what its base has', async () => {
  const label = ['inspect', image, '--format={{index .Config.Labels "vx11.sbom"}}'];
  const path = (await docker(...label)).trim();
  const text = await docker('run', '--rm', '--network=none', '--entrypoint=cat', image, path);
  const { bomFormat, components } = JSON.parse(text) as {
    bomFormat: string;
    components: { name: string; version: string; purl: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const names = components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['zod', 'node', 'docker-compose', 'temporal']));
  const node = components.find(({ name }) => name === 'node');
  const version = await docker('run', '--rm', '--network=none', '--entrypoint=node', image, '-v');
  expect(`v${node?.version}`).toBe(version.trim());
  expect(components.some(({ purl }) => purl.startsWith('pkg:deb/debian/libc6@'))).toBe(true);
});

test.each([
  ['all in one container', 'vx11t-one', ['--all-in-one']],
  ['in containers of their own', 'vx11t-own', []],
])(
  'VX11 %s, of one image, opens and closes a window, and its guard reads the home',
  async (_, project, flags) => {
    const { call, home } = await startInContainers(project, flags);
    const open = (): Promise<Record<string, unknown>> =>
      call('/vx11/window/open', { target: 'web', ttl_seconds: 60, reason: 'in containers' });
    let opened = await open();
    await until('a window is open', async () => {
      if (opened['is_open'] !== true) opened = await open();
      return opened['is_open'] === true;
    });
    expect(await runningIn(project)).toEqual(['web']);
    const guards = await docker('ps', '--filter', `label=vx11.home=${home}`, '--format={{.Names}}');
    expect(guards.trim()).toMatch(/^vx11-guard-\w+$/);
    const closed = await call('/vx11/window/close', { target: 'web' });
    expect(closed['receipt']).toMatchObject({ residue: [] });
    expect(await runningIn(project)).toEqual([]);
    await until('the status says what VX11 itself takes', async () => {
      const { memory } = (await call('/vx11/status')) as { memory: { vx11_bytes: number | null } };
      return (memory.vx11_bytes ?? 0) > 100e6;
    });
  },
);

test('containers are backed up, upgraded and restored by the commands of the docs', async () => {
  const { call, compose, home, isUp } = await startInContainers('vx11t-kept', []);
  const file = join(home, 'before.tar');
  const open = (reason: string): Promise<Record<string, unknown>> =>
    call('/vx11/window/open', { target: 'web', ttl_seconds: 600, reason });
  await until('a window is open', async () => (await open('kept'))['is_open'] === true);
  const reasons = async (): Promise<string[]> => {
    const { windows } = (await call('/vx11/windows')) as { windows: { reason: string }[] };
    return windows.map(({ reason }) => reason);
  };
  expect(await compose('exec', '-T', 'madre', 'vx11', 'backup', file)).toContain('vx11.db (');

  // another image under the same name, as an upgrade makes it
  const before = (await docker('image', 'inspect', image, '--format={{.Id}}')).trim();
  const made = await docker('create', image);
  onTestFinished(async () => void (await docker('tag', before, image)));
  await docker('commit', '--change', 'LABEL vx11.test=newer', made.trim(), image);
  await docker('rm', made.trim());
  await compose('up', '-d');
  const madre = (await compose('ps', '-q', 'madre')).trim();
  const label = '--format={{index .Config.Labels "vx11.test"}}';
  expect((await docker('inspect', madre, label)).trim()).toBe('newer');
  await until('the gateway answers again', isUp, 180_000);
  expect(await runningIn('vx11t-kept')).toEqual(['web']);
  const doctor = await compose('exec', '-T', 'madre', 'vx11', 'doctor').catch(
    (error: { stdout: string }) => error.stdout,
  );
  expect(doctor).toMatch(/^ok +docker engine: /m);
  expect(doctor).toMatch(/^ok +gateway: /m);
  await until('the window can be closed', async () => {
    const { receipt } = (await call('/vx11/window/close', { target: 'web' })) as {
      receipt?: object;
    };
    return receipt !== undefined;
  });
  await until('another window is open', async () => (await open('later'))['is_open'] === true);
  expect(await reasons()).toEqual(['later', 'kept']);

  await compose('down', '--volumes', '--timeout', '20');
  await compose('run', '--rm', '--no-deps', '-T', 'madre', 'vx11', 'restore', file);
  await compose('up', '-d');
  await until('the gateway answers after the restore', isUp, 180_000);
  expect(await reasons()).toEqual(['kept']);
});
