import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGuard } from '../../activities/power/guard-container.ts';
import { createGuardFiles } from '../../activities/power/guard-files.ts';
import { openLeaseFolder } from '../../guard/lease-file.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vx11-sight-'));
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(home, { recursive: true });
});

/** An Engine on which the guard's container runs, whatever it sees. */
const asEngine = (calls: object): Docker => calls as Docker;
const engine = asEngine({
  getContainer: () => ({ inspect: async () => ({ State: { Running: true }, Image: 'it' }) }),
  getImage: () => ({ inspect: async () => ({ Id: 'it' }) }),
});

/** A worker that says it lives every 4 s, and a guard that reads this folder each time after that. */
async function watched(seen: () => string) {
  const folder = join(home, 'guard');
  const log = pino({ level: 'silent' });
  const files = createGuardFiles(folder, () => 'demo', Date.now, log);
  const { echoed } = files;
  const image = 'vx11:local';
  const project = () => 'demo';
  const rest = { enabled: true, image, home, folder, project, socket: '', log };
  const deps = { docker: engine, echoed, ...rest };
  const guard = createGuard(deps);
  await guard.ensure();
  let stamp = 0;
  return {
    guard,
    async rounds(count: number) {
      const told = [];
      for (let nth = 0; nth < count; nth += 1) {
        await files.alive((stamp += 4000));
        told.push(await guard.confirm(stamp));
        openLeaseFolder(seen()).echo();
        vi.advanceTimersByTime(4000);
      }
      return told.filter((sight) => sight !== null);
    },
  };
}

test('a guard of an older version is replaced, once', async () => {
  const done: string[] = [];
  const older = asEngine({
    getImage: () => ({ inspect: async () => ({ Id: 'newer' }) }),
    getContainer: () => ({
      inspect: async () => ({ State: { Running: true }, Image: 'it' }),
      remove: async () => void done.push('removed'),
    }),
    createContainer: async () => ({ start: async () => void done.push('started') }),
  });
  const log = pino({ level: 'silent' });
  const names = { image: 'vx11:local', home, folder: home, project: () => 'demo', socket: home };
  const rest = { enabled: true, ...names, log };
  const guard = createGuard({ docker: older, echoed: async () => 0, ...rest });
  await guard.ensure();
  vi.advanceTimersByTime(10_000);
  await guard.ensure();
  expect(done).toEqual(['removed', 'started']);
});

test('a guard that reads what the worker writes is said to run', async () => {
  const { guard, rounds } = await watched(() => join(home, 'guard'));
  expect(await rounds(10)).toEqual([]);
  expect(guard.state()).toEqual({ state: 'running', reason: null });
});

test('one that sees another filesystem is blind after 10 s, told once, and again when it sees', async () => {
  let seen = home;
  const { guard, rounds } = await watched(() => seen);
  expect(await rounds(3)).toEqual([]);
  expect(await rounds(10)).toEqual(['blind']);
  expect(guard.state()).toMatchObject({ state: 'blind' });
  expect(guard.state().reason).toContain(join(home, 'guard'));
  seen = join(home, 'guard');
  expect(await rounds(5)).toEqual(['seeing']);
  expect(guard.state()).toEqual({ state: 'running', reason: null });
});
