import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { OwnContainers } from '../../../../activities/power/host/own-containers.ts';
import { identify } from '../../../../platform/process-identity.ts';
import { ownMemory } from '../../../../workers/madre/presence/own-memory.ts';
import { temporaryHome, until } from '../../../cli/up/temporary-home.ts';

const mb = 1024 ** 2;
let home: string;
let containers: OwnContainers;
let uses: Record<string, number | null>;
let now: number;
let measure: () => number | null;
beforeEach(() => {
  home = temporaryHome();
  mkdirSync(join(home, 'run'));
  [containers, uses, now] = [{ guard: [], parts: [] }, {}, 0];
  measure = ownMemory({
    home,
    containers: async () => containers,
    memoryUse: async (id) => uses[id] ?? null,
    now: () => now,
  });
});

const note = (name: string, pid: number): void =>
  writeFileSync(join(home, 'run', name), JSON.stringify(identify(pid)));

/** The figure of a measurement that is made now. */
async function measured(): Promise<number> {
  now += 30_001;
  await until(() => measure() !== null, 20_000);
  return measure()!;
}

/** Whether a measurement that is made now has no figure. */
async function staysUnknown(): Promise<boolean> {
  now += 30_001;
  return until(() => measure() !== null, 300).then(
    () => false,
    () => true,
  );
}

test('sums what the processes of a home take, leaves out those that are gone, and measures seldom', async () => {
  expect(await staysUnknown()).toBe(true);
  note('madre.pid', process.pid);
  writeFileSync(join(home, 'run/gone.pid'), JSON.stringify({ pid: process.pid, started: '1' }));
  writeFileSync(join(home, 'run/other.txt'), 'not one of them');
  expect(measure()).toBeNull();
  const bytes = await measured();
  expect(bytes).toBeGreaterThan(20e6);
  expect(bytes).toBeLessThan(process.memoryUsage.rss() * 1.5);
});

test('counts the guard beside the processes, and does not wait for the Engine', async () => {
  note('madre.pid', process.pid);
  containers.guard.push('guard');
  expect(await staysUnknown()).toBe(true);
  uses['guard'] = 1000 * mb;
  expect(await measured()).toBeGreaterThan(1020 * mb);
});

test('where VX11 runs in containers, it counts them and the guard', async () => {
  containers.guard.push('guard');
  uses = { guard: 10 * mb, gateway: 90 * mb, madre: 120 * mb };
  expect(await staysUnknown()).toBe(true);
  containers.parts.push('gateway', 'madre');
  expect(await measured()).toBe(220 * mb);
});

test('counts the bootstrap, which waits for the supervisor', async () => {
  const scripts = join(home, 'scripts');
  mkdirSync(scripts);
  const [main, pidFile] = [join(scripts, 'bootstrap.mjs'), join(home, 'pid')];
  writeFileSync(
    main,
    `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    globalThis.kept = Buffer.alloc(100 * 1024 * 1024, 1);
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    process.on('SIGTERM', () => { child.kill(); process.exit(); });
    writeFileSync('${pidFile}', String(child.pid));`,
  );
  const started = spawn(process.execPath, [main], { stdio: 'ignore' });
  onTestFinished(() => void started.kill());
  const pid = (): number => {
    try {
      return Number(readFileSync(pidFile, 'utf8'));
    } catch {
      return 0;
    }
  };
  await until(() => pid() > 0, 20_000);
  note('supervisor.lock', pid());
  const bytes = await measured();
  expect(bytes).toBeGreaterThan(100 * mb);
  expect(bytes).toBeLessThan(300 * mb);
});
