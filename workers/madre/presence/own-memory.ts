import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnContainers } from '../../../activities/power/host/own-containers.ts';
import { isAlive, type ProcessIdentity } from '../../../platform/process-identity.ts';

/** Reading it takes a second, and it changes slowly. */
const freshMs = 30_000;
/** So that small changes are none. */
const stepBytes = 1024 ** 2;

interface OwnMemoryDeps {
  home: string;
  containers: () => Promise<OwnContainers>;
  /** The working set of a container in bytes; null if the Engine does not tell. */
  memoryUse: (id: string) => Promise<number | null>;
  /** In ms, on a clock that is never set. */
  now?: () => number;
}

/**
 * Makes a function that returns what all of VX11 takes on this host, in bytes: the proportional set size of the processes that the
 * supervisor has noted and of what started it, and the working set of its containers, such as the guard. It returns the last
 * measurement and never waits; null before the first one, and if one part cannot be measured.
 */
export function ownMemory({
  now = () => performance.now(),
  ...deps
}: OwnMemoryDeps): () => number | null {
  let bytes: number | null = null;
  let measuredAt = -Infinity;
  return () => {
    if (now() - measuredAt > freshMs) {
      measuredAt = now();
      void measure(deps)
        .catch(() => null)
        .then((found) => (bytes = found));
    }
    return bytes;
  };
}

async function measure({ home, containers, memoryUse }: OwnMemoryDeps): Promise<number | null> {
  const [processes, { guard, parts }] = await Promise.all([ownProcesses(home), containers()]);
  if (processes.length + parts.length === 0) return null;
  const shares = await Promise.all([
    ...processes.map(shareOf),
    ...[...guard, ...parts].map(memoryUse),
  ]);
  let sum = 0;
  for (const share of shares) {
    if (share === null) return null;
    sum += share;
  }
  return Math.round(sum / stepBytes) * stepBytes;
}

/** The ids of the processes that run, of those that the supervisor has noted and the ones that it was started by. */
async function ownProcesses(home: string): Promise<number[]> {
  const folder = join(home, 'run');
  const names = await readdir(folder).catch(() => []);
  const noted = await Promise.all(
    names
      .filter((name) => /\.pid$|^supervisor\.lock$/.test(name))
      .map(async (name) => ({ name, pid: await livingIn(join(folder, name)) })),
  );
  const living = noted.flatMap(({ name, pid }) => (pid === null ? [] : { name, pid }));
  const supervisor = living.find(({ name }) => name === 'supervisor.lock')?.pid;
  return [
    ...living.map(({ pid }) => pid),
    ...(supervisor === undefined ? [] : await launchersOf(supervisor)),
  ];
}

/** The process that a file names; null if it does not run. */
async function livingIn(file: string): Promise<number | null> {
  try {
    const identity = JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
    return isAlive(identity) ? identity.pid : null;
  } catch {
    return null;
  }
}

/** `npm start` and the bootstrap, which wait for the supervisor as long as it lives. */
const launcher = /^npm |\/scripts\/(?:bootstrap|vx11)\.mjs\0|^\S*node\0scripts\/bootstrap\.mjs\0/;

async function launchersOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (let at = pid; ;) {
    const status = await readFile(`/proc/${at}/status`, 'utf8').catch(() => '');
    at = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
    const command = await readFile(`/proc/${at}/cmdline`, 'utf8').catch(() => '');
    if (!launcher.test(command)) return found;
    found.push(at);
  }
}

/** Its proportional set size in bytes; 0 if it has ended, null if this system does not tell. */
async function shareOf(pid: number): Promise<number | null> {
  try {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)![1]) * 1024;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? 0 : null;
  }
}
