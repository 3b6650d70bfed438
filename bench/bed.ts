import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { ensureTinyImage } from '../scripts/tiny-image.ts';
import { startStack, type StackOptions, type TestStack } from '../test/stack/stack.ts';
import { startTemporal, type TestTemporal } from '../test/stack/temporal.ts';
import { sweep } from './sweep.ts';

/** What measures run on: one Temporal, the Engine, and as many stacks as they ask for. */
export interface Bed {
  quick: boolean;
  /** How many samples to take: 5 in a quick run. */
  samples(full: number): number;
  /** Of this run alone; gone with everything in it when the bench ends. */
  folder: string;
  docker: Docker;
  temporal: TestTemporal;
  /** A stack with its guard on, that nobody else uses. It is gone when `work` ends, however that ends. */
  onStack<T>(options: BedStack, work: (stack: TestStack) => Promise<T>): Promise<T>;
  /** Called when the bench ends, also by Ctrl-C; the last one first. */
  atEnd(work: () => Promise<unknown>): void;
  /** The same work for several measures: done for the first, remembered for the others. */
  once<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export type BedStack = Omit<StackOptions, 'temporalAddress'>;

/** Services that the bench itself starts are told, not stopped; its calls are counted, and never too many. */
const settings = { 'x-vx11': { stray: 'report', max_ttl: '4h' } };
const roomyLimits = {
  VX11_RATE_CHANGES_PER_TOKEN: '100000',
  VX11_RATE_READS_PER_TOKEN: '6000000',
  VX11_RATE_PER_ADDRESS: '6000000',
};

export async function makeBed(end: AsyncDisposableStack, quick: boolean): Promise<Bed> {
  const docker = new Docker();
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'vx11-bench-compile-cache') };
  const folder = await mkdtemp(join(tmpdir(), 'vx11-bench-'));
  end.defer(() => rm(folder, { recursive: true, force: true }));
  const projects = new Set<string>();
  end.defer(() => sweep(docker, folder, projects));
  process.env.TMPDIR = folder; // whatever a stack makes, it makes in there
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

/** Ends something once, whoever asks for it first. */
function once(work: () => Promise<void>): AsyncDisposable {
  let ended: Promise<void> | undefined;
  return { [Symbol.asyncDispose]: () => (ended ??= work()) };
}
