import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { TaskResult } from '../../contracts/task.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../../test/tasks/task-stack.ts';
import { amountOf, watchResidue } from '../../test/stack/residue.ts';
import { until } from '../../test/stack/wait.ts';
import type { Environment } from '../environment.ts';
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
/** A pool refills within this time; a task that comes sooner may start cold. */
const refillMs = 600;

const programs = {
  python: { body: { task_type: 'python', code: 'print(1)' }, plain: ['python3', '-c', 'print(1)'] },
  shell: { body: { task_type: 'shell', code: 'echo 1' }, plain: ['sh', '-c', 'echo 1'] },
} as const;

/** Runs `work` on a new stack whose spawner's window is open. */
const onSpawner = <T>(
  environment: Environment,
  pool: number | null,
  work: (stack: TaskStack) => Promise<T>,
): Promise<T> =>
  spawnerSettings().then((settings) =>
    environment.onStack(
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

/** Throws unless the task has printed `1`. */
const checked = (result: TaskResult): TaskResult => {
  if (result.status === 'DONE' && result.stdout === '1\n') return result;
  throw new Error(`a task failed: ${JSON.stringify(result)}`);
};

/** One task after the other over HTTP, from spawn to result with a ready sandbox, compared with `docker run --rm`. */
export const task: Measure = {
  name: 'spawn',
  run: (environment) =>
    onSpawner(environment, 2, async (stack) => {
      const results: Result[] = [];
      for (const kind of ['python', 'shell'] as const)
        results.push(await warm(environment, stack, kind));
      results.push(await firstLine(environment, stack));
      return results;
    }),
};

async function warm(
  environment: Environment,
  stack: TaskStack,
  kind: keyof typeof programs,
): Promise<Result> {
  const { body, plain } = programs[kind];
  const ours: number[] = [];
  const theirs: number[] = [];
  const queued: number[] = [];
  const inside: number[] = [];
  await inTurns(
    environment.samples(30),
    async () => {
      await sleep(refillMs);
      const [took, result] = await timed(() => stack.run(body));
      checked(result);
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
  const parts = `from the request through Temporal to the attempt ${ms(median(queued))}; the attempt ${ms(median(inside))}`;
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

/** From the write in the sandbox, by its clock, to the reader of the log. */
async function firstLine(environment: Environment, stack: TaskStack): Promise<Result> {
  const took: number[] = [];
  const code =
    'import time, sys; time.sleep(0.3); print(time.time() * 1000, flush=True); time.sleep(0.2)';
  for (let round = 0; round < environment.samples(30); round += 1) {
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
 * Wall time of 100 tasks at once, compared with 100 `docker run`, cores × 2 in parallel. The pool has its default size: the
 * first crowd finds two ready sandboxes, and later ones as many as the spawner expects to need by then.
 */
export const taskCrowd: Measure = {
  name: 'spawn-crowd',
  run: (environment) =>
    onSpawner(environment, null, async (stack) => {
      const size = environment.quick ? 20 : crowdSize;
      const rounds = environment.quick ? 2 : crowds;
      const { body, plain } = programs.shell;
      const items = Array.from({ length: size }, (_, at) => at);
      const ourCrowd = async (): Promise<number> => {
        const [took, results] = await timed(async () => {
          const ids = await Promise.all(items.map(() => stack.spawn(body)));
          return Promise.all(ids.map((id) => stack.result(id, 60)));
        });
        results.forEach(checked);
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
            `the first crowd, with two sandboxes ready, ${ms(first)}; later ones had ${Math.round(median(ready))} ready`,
            `memory of the spawner before and after: ${before} and ${after} MB`,
          ],
        },
      ];
    }),
};

/** Runs tasks one after the other (VX11_BENCH_ROW, 1,000), and measures leftovers and the spawner's memory. */
export const taskRow: Measure = {
  name: 'spawn-row',
  run: (environment) =>
    onSpawner(environment, 4, async (stack) => {
      const residue = await watchResidue(environment.docker, `vx11.owner=${stack.home}`);
      const length = environment.quick ? 50 : rowLength;
      const took: number[] = [];
      const memory: number[] = [];
      for (let nth = 0; nth < length; nth += 1) {
        const [ms_, result] = await timed(() => stack.run(programs.shell.body));
        checked(result);
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
            `memory of the spawner, MB: ${memory.filter((_, at) => at % 5 === 0).join(', ')}; the last two fifths have ${lift.toFixed(2)} × the two fifths before`,
          ],
        },
      ];
    }),
};

/** Returns the growth of the median: garbage makes single values vary, but a leak lifts all later ones. The first fifth is warm-up. */
function liftOf(memory: readonly number[]): number {
  const fifth = Math.floor(memory.length / 5);
  return median(memory.slice(-2 * fifth)) / median(memory.slice(fifth, 3 * fifth));
}

/** Waits until the sandboxes of a crowd are removed and the pool is full. Returns the number of ready sandboxes. */
async function atRest(stack: TaskStack): Promise<number> {
  for (let [before, same] = [-1, 0]; ;) {
    await sleep(1000);
    const { length } = await stack.sandboxes();
    // the spawner shrinks the pool one sandbox at a time
    same = Math.abs(length - before) <= 1 ? same + 1 : 0;
    if (same === 5) return length;
    before = length;
  }
}

/** Returns the spawner's resident memory, in MB. */
async function spawnerMemory(stack: TaskStack): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', [
    '-o',
    'rss=',
    '-p',
    String(stack.spawner.pid()),
  ]);
  return Math.round(Number(stdout) / 1024);
}
