import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SpawnResult } from '../../contracts/spawn.ts';
import { addSpawner, spawnerSettings, type SpawnStack } from '../../test/tasks/spawn-stack.ts';
import { amountOf, watchResidue } from '../../test/stack/residue.ts';
import { until } from '../../test/stack/wait.ts';
import type { Bed } from '../bed.ts';
import type { Measure, Result } from '../measure.ts';
import { crowd, figures, inTurns, median, ms, timed } from '../sample.ts';
import { trivial } from '../services.ts';
import { plainRun } from './plain-run.ts';

const reachWarm = 0.2;
const reachCrowd = 0.5;
const crowdSize = 100;
const crowds = 5;
const rowLength = Number(process.env.VX11_BENCH_ROW ?? 1000);
const reachLineMs = 100;
const reachLift = 1.1;
/** A pool refills within this; a caller who comes sooner pays for a cold one. */
const refillMs = 600;

const programs = {
  python: { body: { task_type: 'python', code: 'print(1)' }, plain: ['python3', '-c', 'print(1)'] },
  shell: { body: { task_type: 'shell', code: 'echo 1' }, plain: ['sh', '-c', 'echo 1'] },
} as const;

/** Tasks through the whole API, on a stack of their own whose spawner's window is open. */
const onSpawner = <T>(
  bed: Bed,
  pool: number | null,
  work: (stack: SpawnStack) => Promise<T>,
): Promise<T> =>
  spawnerSettings().then((settings) =>
    bed.onStack(
      {
        services: { spawner: trivial },
        env: { ...settings, VX11_SPAWN_POOL: pool === null ? '' : String(pool) },
      },
      async (bare) => {
        const stack = addSpawner(bare);
        await stack.open();
        try {
          return await work(stack);
        } finally {
          await stack.spawner.stop();
        }
      },
    ),
  );

const right = (result: SpawnResult): SpawnResult => {
  if (result.status === 'DONE' && result.stdout === '1\n') return result;
  throw new Error(`a task went wrong: ${JSON.stringify(result)}`);
};

/** Spawn to result by HTTP against `docker run --rm`; one task after the other, each with a sandbox that stands ready. */
export const spawn: Measure = {
  name: 'spawn',
  run: (bed) =>
    onSpawner(bed, 2, async (stack) => {
      const results: Result[] = [];
      for (const kind of ['python', 'shell'] as const) results.push(await warm(bed, stack, kind));
      results.push(await firstLine(bed, stack));
      return results;
    }),
};

async function warm(bed: Bed, stack: SpawnStack, kind: keyof typeof programs): Promise<Result> {
  const { body, plain } = programs[kind];
  const ours: number[] = [];
  const theirs: number[] = [];
  const queued: number[] = [];
  const inside: number[] = [];
  await inTurns(
    bed.samples(30),
    async () => {
      await sleep(refillMs);
      const [took, result] = await timed(() => stack.run(body));
      right(result);
      ours.push(took);
      queued.push(result.queued_ms ?? NaN);
      inside.push(result.duration_ms ?? NaN);
    },
    async () => {
      await sleep(refillMs);
      theirs.push(await plainRun(plain));
    },
  );
  const [mine, other] = [figures(ours), figures(theirs)];
  const ratio = mine.p50 / other.p50;
  const parts = `from the request to the attempt, through Temporal, ${ms(median(queued))}; the attempt ${ms(median(inside))}`;
  return {
    name: `spawn → result: ${kind}`,
    unit: 'ms',
    ours: mine,
    plain: other,
    ratio,
    bar: `≤ ${reachWarm} × docker run`,
    met: ratio <= reachWarm,
    n: mine.n,
    notes: [parts],
  };
}

/** From the write in the sandbox, by its own clock, to the reader of the log. */
async function firstLine(bed: Bed, stack: SpawnStack): Promise<Result> {
  const took: number[] = [];
  const code =
    'import time, sys; time.sleep(0.3); print(time.time() * 1000, flush=True); time.sleep(0.2)';
  for (let round = 0; round < bed.samples(30); round += 1) {
    const id = await stack.spawn({ task_type: 'python', code });
    const answer = await fetch(`${stack.url}/vx11/spawn/${id}/logs`, {
      headers: { 'x-vx11-token': stack.token },
    });
    let text = '';
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const written = /"text":"(\d+(?:\.\d+)?)/.exec(text)?.[1];
      if (written === undefined) continue;
      took.push(Date.now() - Number(written));
      break;
    }
    await stack.result(id, 10);
  }
  const ours = figures(took);
  return {
    name: 'first log line',
    unit: 'ms',
    ours,
    plain: null,
    bar: `≤ ${reachLineMs} ms`,
    met: ours.p95 <= reachLineMs,
    n: ours.n,
    notes: ['from the write in the sandbox to the SSE client'],
  };
}

/**
 * 100 tasks at once against as many `docker run`, cores × 2 in parallel; wall time. The pool is the one that comes by
 * itself: the first crowd meets two ready sandboxes, later ones as many as the spawner reckons with by then.
 */
export const spawnCrowd: Measure = {
  name: 'spawn-crowd',
  run: (bed) =>
    onSpawner(bed, null, async (stack) => {
      const size = bed.quick ? 20 : crowdSize;
      const rounds = bed.quick ? 2 : crowds;
      const { body, plain } = programs.shell;
      const items = Array.from({ length: size }, (_, at) => at);
      const ourCrowd = async (): Promise<number> => {
        const [took, results] = await timed(async () => {
          const ids = await Promise.all(items.map(() => stack.spawn(body)));
          return Promise.all(ids.map((id) => stack.result(id, 60)));
        });
        results.forEach(right);
        return took;
      };
      const theirCrowd = async (): Promise<number> => {
        const run = async () => void (await plainRun(plain));
        return (await timed(() => crowd(items, 2 * navigator.hardwareConcurrency, run)))[0];
      };
      const first = await ourCrowd();
      const before = await spawnerMemory(stack);
      const ours: number[] = [];
      const theirs: number[] = [];
      const ready: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ready.push(await atRest(stack));
        ours.push(await ourCrowd());
        await atRest(stack);
        theirs.push(await theirCrowd());
      }
      const after = await spawnerMemory(stack);
      const [mine, other] = [figures(ours), figures(theirs)];
      const ratio = mine.p50 / other.p50;
      return [
        {
          name: `${size} tasks at once`,
          unit: 'ms',
          ours: mine,
          plain: other,
          ratio,
          bar: `≤ ${reachCrowd} × docker run`,
          met: ratio <= reachCrowd,
          n: mine.n,
          notes: [
            `the first crowd, with two sandboxes ready, ${ms(first)}; later ones met ${Math.round(median(ready))} ready`,
            `memory of the spawner before and after: ${before} and ${after} MB`,
          ],
        },
      ];
    }),
};

/** Tasks, one after the other (VX11_BENCH_ROW, 1,000): what is left, and how the spawner's memory went. */
export const spawnRow: Measure = {
  name: 'spawn-row',
  run: (bed) =>
    onSpawner(bed, 4, async (stack) => {
      const residue = await watchResidue(bed.docker, `vx11.owner=${stack.home}`);
      const length = bed.quick ? 50 : rowLength;
      const took: number[] = [];
      const memory: number[] = [];
      for (let nth = 0; nth < length; nth += 1) {
        const [ms_, result] = await timed(() => stack.run(programs.shell.body));
        right(result);
        took.push(ms_);
        if (nth % Math.ceil(length / 50) === 0) memory.push(await spawnerMemory(stack));
      }
      memory.push(await spawnerMemory(stack));
      const lift = liftOf(memory);
      await stack.close();
      await stack.spawner.stop();
      await until('no sandbox is left', async () => (await stack.sandboxes()).length === 0);
      const left = await residue();
      const { stdout } = await promisify(execFile)('find', [`${stack.home}/spawns`, '-type', 'f']);
      const files = stdout.split('\n').filter(Boolean).length;
      const ours = figures(took);
      return [
        {
          name: `${length} tasks in a row`,
          unit: 'ms',
          ours,
          plain: null,
          bar: `nothing left, memory ≤ ${reachLift} × itself`,
          met: files + amountOf(left) === 0 && lift <= reachLift,
          n: ours.n,
          notes: [
            `left: ${left.containers.length} containers, ${left.networks.length} networks, ${left.volumes.length} volumes, ${files} files`,
            `memory of the spawner, MB: ${memory.filter((_, at) => at % 5 === 0).join(', ')}; in the last two fifths ${lift.toFixed(2)} × the two before`,
          ],
        },
      ];
    }),
};

/** Garbage comes and goes in teeth; what tasks leave behind lifts all later ones. The first fifth warms code up. */
function liftOf(memory: readonly number[]): number {
  const fifth = Math.floor(memory.length / 5);
  return median(memory.slice(-2 * fifth)) / median(memory.slice(fifth, 3 * fifth));
}

/** Waits until what a crowd left is gone and the pool is full; gives how many stand ready then. */
async function atRest(stack: SpawnStack): Promise<number> {
  for (let [before, same] = [-1, 0]; ;) {
    await sleep(1000);
    const { length } = await stack.sandboxes();
    // a crowd is forgotten one by one
    same = Math.abs(length - before) <= 1 ? same + 1 : 0;
    if (same === 5) return length;
    before = length;
  }
}

/** Resident, in MB. */
async function spawnerMemory(stack: SpawnStack): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', [
    '-o',
    'rss=',
    '-p',
    String(stack.spawner.pid()),
  ]);
  return Math.round(Number(stdout) / 1024);
}
