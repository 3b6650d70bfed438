import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type Docker from 'dockerode';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGuard } from '../../activities/power/host/guard-container.ts';
import { createGuardFiles } from '../../activities/power/host/guard-files.ts';
import { openLeaseFolder } from '../../guard/lease-file.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vx11-guard-'));
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(home, { recursive: true });
});

/** An Engine on which the guard's container always runs. */
const asEngine = (calls: object): Docker => calls as Docker;
const engine = asEngine({
  getContainer: () => ({ inspect: async () => ({ State: { Running: true }, Image: 'it' }) }),
  getImage: () => ({ inspect: async () => ({ Id: 'it' }) }),
});

/** A worker with a heartbeat every 4 s, and a guard that reads the folder `seen()` after each of them. */
async function watched(seen: () => string) {
  const folder = join(home, 'guard');
  const log = pino({ level: 'silent' });
  const files = createGuardFiles(folder, () => 'demo', Date.now, log);
  const { echoed } = files;
  const image = 'vx11:local';
  const project = () => 'demo';
  const rest = {
    enabled: true,
    image,
    home,
    folder,
    project,
    socket: '',
    log,
  };
  const deps = { docker: engine, echoed, ...rest };
  const guard = createGuard(deps);
  await guard.ensure();
  let stamp = 0;
  return {
    guard,
    async rounds(count: number) {
      const changes = [];
      for (let nth = 0; nth < count; nth += 1) {
        await files.alive((stamp += 4000));
        changes.push(await guard.confirm(stamp));
        openLeaseFolder(seen()).acknowledge();
        vi.advanceTimersByTime(4000);
      }
      return changes.filter((change) => change !== null);
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
    info: async () => ({}),
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

test('a guard that reads the heartbeat is reported as running', async () => {
  const { guard, rounds } = await watched(() => join(home, 'guard'));
  expect(await rounds(10)).toEqual([]);
  expect(guard.state()).toEqual({ state: 'running', reason: null });
});

test('a guard that sees another filesystem is blind after 10 s, and each change is reported once', async () => {
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

/** An Engine on which the guard can be created, started and removed; it records these calls in `done`. */
function ownEngine(done: string[], more: object = {}) {
  let labels: Record<string, string> | null = null;
  const container = {
    inspect: async () => {
      if (labels === null) throw Object.assign(new Error('no such container'), { statusCode: 404 });
      return { State: { Running: true }, Image: 'it', Config: { Labels: labels } };
    },
    remove: async () => {
      done.push('removed');
      labels = null;
    },
    start: async () => void done.push('started'),
    ...more,
  };
  return asEngine({
    getImage: () => ({ inspect: async () => ({ Id: 'it' }) }),
    getContainer: () => container,
    info: async () => ({}),
    createContainer: async ({ Labels }: { Labels: Record<string, string> }) => {
      labels = Labels;
      return container;
    },
  });
}
const guardOn = (docker: Docker, folder: string, echoed: () => Promise<number>) =>
  createGuard({
    docker,
    enabled: true,
    project: () => 'shop',
    image: 'vx11:local',
    home,
    folder,
    socket: home,
    echoed,
    log: pino({ level: 'silent' }),
  });

test('it is known for how long a guard has confirmed nothing', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'vx11-elsewhere-'));
  let place = join(home, 'guard');
  const { guard, rounds } = await watched(() => place);
  await rounds(3);
  expect(guard.unseenMs()).toBeLessThan(10_000);
  place = elsewhere;
  await rounds(10);
  expect(guard.unseenMs()).toBeGreaterThan(30_000);
  place = join(home, 'guard');
  await rounds(2);
  expect(guard.unseenMs()).toBeLessThan(10_000);
  rmSync(elsewhere, { recursive: true });
});

test('a guard whose folder was removed is blind at once, and is recreated', async () => {
  const folder = join(home, 'guard');
  const done: string[] = [];
  const docker = ownEngine(done);
  let read = 0;
  const guard = guardOn(docker, folder, async () => read);
  await guard.ensure();
  expect(await guard.confirm(1)).toBeNull();
  // created before the removal, so that the new folder cannot have the inode of the removed one
  mkdirSync(`${folder}-new`);
  rmSync(folder, { recursive: true });
  renameSync(`${folder}-new`, folder);
  expect(await guard.confirm(2)).toBe('blind');
  await guard.ensure();
  expect(done).toEqual(['started', 'removed', 'started']);
  expect(await guard.confirm(3)).toBeNull();
  expect(guard.state().state, 'it has not acknowledged a heartbeat yet').toBe('blind');
  read = 3;
  expect(await guard.confirm(4)).toBe('seeing');
  expect(guard.state()).toEqual({ state: 'running', reason: null });
});

test('a guard whose folder was removed is also recreated by a restarted worker', async () => {
  const folder = join(home, 'guard');
  const done: string[] = [];
  const docker = ownEngine(done);
  await guardOn(docker, folder, async () => 0).ensure();
  mkdirSync(`${folder}-new`);
  rmSync(folder, { recursive: true });
  renameSync(`${folder}-new`, folder);
  await guardOn(docker, folder, async () => 0).ensure();
  expect(done).toEqual(['started', 'removed', 'started']);
});

test('a guard that stays blind is recreated after 10 s, then with backoff', async () => {
  const done: string[] = [];
  const guard = guardOn(ownEngine(done), join(home, 'guard'), async () => 0);
  const made: number[] = [];
  for (let second = 0; second < 200; second += 4) {
    const before = done.length;
    await guard.ensure();
    await guard.confirm(second);
    if (done.length > before) made.push(second);
    vi.advanceTimersByTime(4000);
  }
  expect(made.length).toBeGreaterThan(2);
  expect(made.length).toBeLessThan(8);
  // the first is the start
  const pauses = made.slice(2).map((at, nth) => at - made[nth + 1]!);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
});

test('a guard for which no heartbeat can be written is blind too', async () => {
  const guard = guardOn(ownEngine([]), join(home, 'guard'), async () => 9);
  await guard.ensure();
  expect(await guard.confirm(null)).toBeNull();
  vi.advanceTimersByTime(11_000);
  expect(await guard.confirm(null)).toBe('blind');
});

test('an Engine that never answers a removal does not block the next start of the guard', async () => {
  vi.useRealTimers();
  const never = () => new Promise<never>(() => undefined);
  const guard = guardOn(ownEngine([], { remove: never }), join(home, 'guard'), async () => 0);
  await guard.ensure();
  void guard.retire();
  await setImmediate();
  await guard.ensure();
  expect(guard.state()).toMatchObject({ state: 'unavailable' });
}, 15_000);
