import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { ensureTinyImage } from '../scripts/tiny-image.ts';
import { startStack, type StackOptions, type TestStack } from '../test/stack/stack.ts';
import { startTemporal, type TestTemporal } from '../test/stack/temporal.ts';
import { sweep } from './sweep.ts';

/** What measures run on: one Temporal, the Engine, and the stacks that they start. */
export interface Environment {
  quick: boolean;
  /** Returns the number of samples to take: `full`, or 5 in a quick run. */
  samples(full: number): number;
  /** The folder of this run, which is removed when the bench ends. */
  folder: string;
  docker: Docker;
  temporal: TestTemporal;
  /** Runs `work` on a new stack with its guard on. The stack is destroyed afterwards, even if `work` fails. */
  onStack<T>(options: StackSettings, work: (stack: TestStack) => Promise<T>): Promise<T>;
  /** Registers cleanup for the end of the bench, also after Ctrl-C; the last registered runs first. */
  atEnd(work: () => Promise<unknown>): void;
  /** Runs work that several measures share once, and returns the same result to all of them. */
  once<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export type StackSettings = Omit<StackOptions, 'temporalAddress'>;

/** Services that the bench starts itself are only reported as strays. The rate limits are on, but never reached. */
const settings = { 'x-vx11': { stray: 'report', max_ttl: '4h' } };
const roomyLimits = {
  VX11_RATE_CHANGES_PER_TOKEN: '100000',
  VX11_RATE_READS_PER_TOKEN: '6000000',
  VX11_RATE_PER_ADDRESS: '6000000',
};

export async function makeEnvironment(
  end: AsyncDisposableStack,
  quick: boolean,
): Promise<Environment> {
  const docker = new Docker();
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'vx11-bench-compile-cache') };
  const folder = await mkdtemp(join(tmpdir(), 'vx11-bench-'));
  await chmod(folder, 0o711); // Postgres runs as another account, in a folder below
  end.defer(() => rm(folder, { recursive: true, force: true }));
  const projects = new Set<string>();
  end.defer(() => sweep(docker, folder, projects));
  process.env.TMPDIR = folder; // stacks create their files in there
  await ensureTinyImage();
  await promisify(execFile)(process.execPath, ['scripts/image.ts']); // the guard runs from it
  const temporal = await startTemporal({ folder });
  end.defer(() => temporal.stop());
  const done = new Map<string, Promise<unknown>>();
  return {
    quick,
    samples: (full) => (quick ? 5 : full),
    folder,
    docker,
    temporal,
    async onStack(wanted, work) {
      const stack = await startStack({
        temporalAddress: temporal.address,
        ...settings,
        ...wanted,
        env: { VX11_GUARD: 'on', ...env, ...roomyLimits, ...wanted.env },
      });
      projects.add(stack.project);
      const ending = end.use(once(() => stack.destroy()));
      try {
        return await work(stack);
      } finally {
        await ending[Symbol.asyncDispose]();
      }
    },
    atEnd: (work) => end.defer(async () => void (await work())),
    once<T>(name: string, work: () => Promise<T>) {
      if (!done.has(name)) done.set(name, work());
      return done.get(name) as Promise<T>;
    },
  };
}

/** Wraps a cleanup so that it runs only once. */
function once(work: () => Promise<void>): AsyncDisposable {
  let ended: Promise<void> | undefined;
  return { [Symbol.asyncDispose]: () => (ended ??= work()) };
}
