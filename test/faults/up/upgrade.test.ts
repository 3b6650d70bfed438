import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import { callsTo } from '../../cli/up/asleep.ts';
import { newInstallation, startUp } from '../../cli/up/supervised.ts';
import { endWithUs } from '../../stack/reaper.ts';
import { obedient, removeProject } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';
import { giveBundle } from '../../stack/bundle.ts';

const repository = join(import.meta.dirname, '../../..');
/** 0.1.0 of the time when its histories and its database were recorded, which refuses a newer store. */
const released = 'ffd145e2';
const hasTemporal = process.env['VX11_TEMPORAL_BIN'] !== undefined;
// a clone of the last commits only, or no clone, has no older code
const hasReleased =
  spawnSync('git', ['cat-file', '-e', `${released}^{commit}`], { cwd: repository }).status === 0;

/** The code of the release with the packages of this one, which has each of its packages in the same version. */
async function checkOutReleased(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-released-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const archive = join(folder, 'code.tar');
  const git = ['archive', `--output=${archive}`, released];
  await promisify(execFile)('git', git, { cwd: repository });
  await promisify(execFile)('tar', ['-xf', archive, '-C', folder]);
  // it would build the release's image under the name of this one; the guard reads the files of either
  writeFileSync(join(folder, 'scripts/image.ts'), '');
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Starts the released version of `vx11 up`; `output` returns what it has printed so far. */
function startReleased(folder: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['cli/main.ts', 'up'], { cwd: folder, env });
  endWithUs(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: () => output };
}

/** In seconds: one is over while no version runs, so that the guard ends it; one ends under the present version. */
const ttls = { over: 15, later: 150, closed: 600 };
const endedBy = { over: 'guard', later: 'deadline' };

test.skipIf(!hasTemporal || !hasReleased)(
  'an upgrade from 0.1.0 keeps three open windows, one of which ends meanwhile; a downgrade is refused in words',
  async () => {
    const folder = await checkOutReleased();
    const project = `vx11t-upgrade-${process.pid}`;
    const docker = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('docker', args)).stdout;
    let home = '';
    // the first to be registered is the last to run: when nothing of VX11 runs that would start them again
    onTestFinished(() => removeProject(project, home, docker));
    const installation = await newInstallation();
    home = installation.home;
    const service = { image: inject('tinyImage'), command: obedient, stop_grace_period: '1s' };
    const services = Object.fromEntries(Object.keys(ttls).map((name) => [name, service]));
    writeFileSync(installation.env.VX11_COMPOSE_FILE, JSON.stringify({ name: project, services }));
    const { call } = callsTo(installation);
    const env = { ...installation.env, VX11_TEMPORAL_SLEEP: 'off' };

    const before = startReleased(folder, env);
    await until(
      'the released version is ready',
      () => before.output().includes('VX11 is ready'),
      240_000,
    );
    const opened = new Map<string, WindowView>();
    for (const [target, ttl_seconds] of Object.entries(ttls).toReversed()) {
      const answer = await call('POST', '/vx11/window/open', { target, ttl_seconds });
      expect(answer.body, target).toMatchObject({ is_open: true });
      opened.set(target, answer.body as unknown as WindowView);
    }
    before.child.kill('SIGTERM');
    await once(before.child, 'exit');
    const deadline = Date.parse(opened.get('over')!.expires_at!);
    await sleep(Math.max(0, deadline - Date.now()));

    await giveBundle(home);
    const now = startUp(env);
    await now.ready(240_000);
    const view = async (target: string): Promise<WindowView> => {
      const { window_id } = opened.get(target)!;
      return (await call('GET', `/vx11/windows/${window_id}`)).body as unknown as WindowView;
    };
    const closed = await call('POST', '/vx11/window/close', { target: 'closed' });
    expect(closed.body['receipt']).toMatchObject({ closed_by: 'caller', residue: [] });
    for (const target of ['over', 'later'] as const) {
      const ended = await until(
        `the window of ${target} is closed`,
        async () => {
          const seen = await view(target);
          return seen.state === 'closed' && seen.receipt ? seen : null;
        },
        200_000,
      );
      expect(ended.expires_at).toBe(opened.get(target)!.expires_at);
      expect(ended.receipt, target).toMatchObject({ closed_by: endedBy[target], residue: [] });
      const [stopped] = ended.receipt!.services;
      const late = Date.parse(stopped!.stopped_at!) - Date.parse(ended.expires_at!);
      expect(late, target).toBeGreaterThanOrEqual(0);
      expect(late, target).toBeLessThan(5000);
    }
    now.child.kill('SIGTERM');
    await once(now.child, 'exit');

    const back = startReleased(folder, env);
    const [code] = (await once(back.child, 'exit')) as [number | null];
    expect([code, back.output()]).toEqual([
      1,
      expect.stringMatching(/The store was last migrated by VX11/),
    ]);
  },
);
