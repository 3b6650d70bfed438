import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTrial } from '../../activities/repair/trial/open-trial.ts';
import { reapTrials } from '../../activities/repair/trial/reap.ts';
import { until } from '../stack/wait.ts';
import { startRepairHost, type RepairHost } from './repair-host.ts';

const input = (host: RepairHost) => ({
  id: host.id(),
  folder: host.folder,
  patched: [],
  services: ['web'],
  deadline: Date.now() + 120_000,
  signal: new AbortController().signal,
});
const stack = (service: string, top = ''): string =>
  `name: vx11t-refusal\n${top}services:\n  web:\n    image: vx11-tiny:local\n    command: [sleep, '600']\n${service}`;

test('a stack with the socket of Docker is not tried', async () => {
  const mount = "    volumes: ['/var/run/docker.sock:/var/run/docker.sock']\n";
  const host = await startRepairHost({ 'compose.yaml': stack(mount) });
  await expect(openTrial(host.deps, input(host))).rejects.toMatchObject({ kind: 'not_isolatable' });
  expect(host.residue()).toEqual([]);
});

test('a trial for which the budget has no room is refused, and takes its place beside windows', async () => {
  const top = 'x-vx11: { budget: { memory: 100m } }\n';
  const host = await startRepairHost({
    'compose.yaml': stack('    mem_limit: 60m\n', top),
  });
  const trial = await openTrial(host.deps, input(host));
  await expect(openTrial(host.deps, input(host))).rejects.toMatchObject({ kind: 'no_room' });
  expect(host.residue()).toHaveLength(3); // container, network, copy
  await trial.close();
  await trial.close();
  expect(host.residue()).toEqual([]);
  expect(host.deps.checks.power.trials.size).toBe(0);
});

test('a trial ends with its signal, and leaves nothing', async () => {
  const host = await startRepairHost({
    'compose.yaml': stack(
      "    healthcheck: { test: [CMD, 'false'], interval: 60s }\n    x-vx11: { start_timeout: 60s }\n",
    ),
  });
  const over = new AbortController();
  const opening = openTrial(host.deps, { ...input(host), signal: over.signal });
  setTimeout(() => over.abort(new Error('enough')), 3000);
  await expect(opening).rejects.toThrow('enough');
  expect(host.residue()).toEqual([]);
});

test('Compose’s refusal of the files is an error of the trial, and its checks are red', async () => {
  const host = await startRepairHost({ 'compose.yaml': stack('') });
  writeFileSync(join(host.folder, 'compose.yaml'), stack('    imagge: x\n'));
  const trial = await openTrial(host.deps, input(host));
  expect(trial.error).toContain("'imagge' not allowed");
  expect(await trial.staticFaults()).toEqual([expect.stringContaining('imagge')]);
  const results = await trial.check(host.suites);
  expect(results.map(({ status, cause }) => `${status} ${cause}`)).toEqual(['failed not_started']);
  await trial.close();
  expect(host.residue()).toEqual([]);
});

test('a copy has owners, modes, times and links, but no history, and no patch leaves it', async () => {
  const host = await startRepairHost({ 'compose.yaml': stack(''), 'a.sh': 'exit\n' });
  mkdirSync(join(host.folder, '.git'));
  writeFileSync(join(host.folder, '.git/HEAD'), 'x');
  symlinkSync('/etc', join(host.folder, 'etc'));
  execFileSync('chown', ['1234:567', join(host.folder, 'a.sh')]);
  execFileSync('touch', ['-d', '2020-01-02T03:04:05Z', join(host.folder, 'a.sh')]);
  const before = await host.hash();
  const trial = await openTrial(host.deps, input(host));
  const { uid, gid, mode, mtimeMs } = statSync(join(trial.copy, 'a.sh'));
  expect({ uid, gid, mode: mode & 0o777, mtimeMs }).toEqual({
    uid: 1234,
    gid: 567,
    mode: 0o755,
    mtimeMs: Date.parse('2020-01-02T03:04:05Z'),
  });
  expect(execFileSync('ls', ['-A', trial.copy], { encoding: 'utf8' }).split('\n')).toEqual([
    'a.sh',
    'compose.yaml',
    'etc',
    '',
  ]);
  await trial.close();
  for (const path of ['../x', 'etc/x', '/tmp/x']) {
    const patched = [{ path, before: null, after: { text: 'x', mode: 0o644 } }];
    await expect(openTrial(host.deps, { ...input(host), patched })).rejects.toThrow(path);
  }
  expect(host.residue()).toEqual([]);
  expect(await host.hash()).toBe(before);
});

test('what a killed process left is removed by the next start of its installation, and by another one after the deadline', async () => {
  const host = await startRepairHost({
    'compose.yaml':
      stack("    volumes: ['data:/v']\n    build: .\n").replace(
        '    image: vx11-tiny:local\n',
        '',
      ) + 'volumes: { data: {} }\n',
    Dockerfile: 'FROM vx11-tiny:local\nRUN ["touch", "/made"]\n',
  });
  const { deps } = host;
  const id = host.id();
  const program = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'a-trial.ts'),
      JSON.stringify({ id, folder: host.folder, home: deps.home }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(program.stdout, 'data')) as [Buffer];
  expect(line.toString()).toContain('up');
  program.kill('SIGKILL');
  await once(program, 'exit');
  expect(host.residue().length).toBeGreaterThanOrEqual(5); // container, network, volume, image, copy
  const { docker } = deps.checks.power.engine;
  const other = { owner: 'another', boot: 'b', manages: () => true };
  expect(await reapTrials(docker, other, join(deps.home, 'none'), Date.now())).not.toContain(id);
  const next = { owner: deps.owner, boot: 'next', manages: () => false };
  expect(await reapTrials(docker, next, deps.copies, Date.now())).toContain(id);
  // what the Engine still had in use is left for the next round
  await until('nothing of the trial is left', async () => {
    await reapTrials(docker, next, deps.copies, Date.now());
    expect(host.residue()).toEqual([]);
    return true;
  });
});
