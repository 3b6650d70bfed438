import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { ensureTinyImage } from '../../scripts/tiny-image.ts';

const engine = new Docker();
const guardMain = join(import.meta.dirname, '../../guard/main.ts');

/** The options that keep the guard small: see guard/main.ts. */
export const guardFlags = [
  '--max-old-space-size=24',
  '--max-semi-space-size=1',
  '--single-threaded',
  '--liftoff-only',
  '--optimize-for-size',
];

/** Real containers in a project of their own, lease files, and a guard that watches both. */
export interface GuardFixture {
  dir: string;
  project: string;
  engine: Docker;
  /** Starts a container of a service. `command` is a shell line; the default ends at once on SIGTERM. */
  start(service: string, command?: string, nth?: number): Promise<Docker.Container>;
  writeLease(service: string, deadline_ms: number | null, more?: object): void;
  writeRaw(service: string, text: string): void;
  hasLease(service: string): boolean;
  /** The guard's record of a container; null if there is none. */
  record(
    container: Docker.Container,
  ): { deadline_ms: number; stopped_ms: number; forced: boolean } | null;
  guard(settings?: Record<string, string>): ChildProcess;
  clear(): Promise<void>;
}

export async function startFixture(): Promise<GuardFixture> {
  const image = await ensureTinyImage();
  const project = `guardtest${randomBytes(4).toString('hex')}`;
  const dir = mkdtempSync(join(tmpdir(), 'vx11-guard-'));
  const leases = join(dir, project, 'leases');
  mkdirSync(leases, { recursive: true });
  const made: Docker.Container[] = [];
  const guards: ChildProcess[] = [];
  const writeRaw = (service: string, text: string) => {
    mkdirSync(dirname(join(leases, service)), { recursive: true });
    writeFileSync(join(leases, `${service}.json.part`), text);
    renameSync(join(leases, `${service}.json.part`), join(leases, `${service}.json`));
  };
  return {
    dir,
    project,
    engine,
    async start(service, command = 'trap "exit 0" TERM; while :; do sleep 0.1; done', nth = 1) {
      const container = await engine.createContainer({
        name: `${project}-${service}-${nth}`,
        Image: image,
        Cmd: ['sh', '-c', command],
        Labels: { 'com.docker.compose.project': project, 'com.docker.compose.service': service },
        NetworkDisabled: true,
        StopTimeout: 1,
      });
      made.push(container);
      await container.start();
      return container;
    },
    writeLease: (service, deadline_ms, more = {}) =>
      writeRaw(service, leaseText(service, deadline_ms, { project, ...more })),
    writeRaw,
    hasLease: (service) => existsSync(join(leases, `${service}.json`)),
    record(container) {
      const file = join(dir, project, 'ended', `${container.id}.json`);
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as never) : null;
    },
    guard(settings = {}) {
      const child = spawn(process.execPath, [...guardFlags, guardMain], {
        env: { PATH: process.env.PATH, VX11_GUARD_DIR: dir, ...settings },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      guards.push(child);
      return child;
    },
    async clear() {
      for (const child of guards) child.kill('SIGKILL');
      await Promise.all(made.map((one) => one.remove({ force: true }).catch(() => undefined)));
      for (const folder of [dir, `${dir}-away`]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A lease file of an older worker, without container ids. */
export const leaseText = (service: string, deadline_ms: number | null, more: object): string =>
  JSON.stringify({
    version: 1,
    service,
    deadline_ms,
    max_ttl_ms: 3_600_000,
    written_ms: Date.now(),
    ...more,
  });

export const isRunning = async (container: Docker.Container): Promise<boolean> =>
  (await container.inspect()).State.Running;

/** Polls every 50 ms until `ask` returns true; throws after `withinMs`. */
export async function until(
  what: string,
  ask: () => boolean | Promise<boolean>,
  withinMs = 15_000,
) {
  const giveUp = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > giveUp) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}
