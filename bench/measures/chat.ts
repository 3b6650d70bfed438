import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import type { PlanDeps } from '../../activities/plans/ports.ts';
import { propose } from '../../activities/plans/propose.ts';
import { powerQueue } from '../../contracts/queues.ts';
import { newId } from '../../contracts/ids.ts';
import type { PlanView, StepDraft } from '../../contracts/plan.ts';
import { parseIntent } from '../../domain/language/parse-intent.ts';
import { openStore, type Store } from '../../store/index.ts';
import { planStart } from '../../workflows/plan-start.ts';
import type { TestStack } from '../../test/stack/stack.ts';
import { until } from '../../test/stack/wait.ts';
import type { Environment } from '../environment.ts';
import { startFloor, type Floor } from '../floor/floor.ts';
import type { Measure, Result } from '../measure.ts';
import { residentMb } from '../process.ts';
import { figures, inTurns, median, ms, percentile, timed } from '../sample.ts';
import { several, trivial } from '../services.ts';
import { restart } from './restart.ts';
import { noRuns, nothingElse } from '../../test/activities/plans/no-checks.ts';

const run = promisify(execFile);
const lightSteps = 40;
const perSecond = 100;

/** Chat and the plans from it, compared with empty workflows and updates on the same Temporal. */
export const chat: Measure = {
  name: 'chat',
  run: (environment) =>
    environment.onStack({ services: several('bit', 10, trivial) }, async (stack) => {
      await restart(stack);
      const floor = await startFloor(environment);
      const store = await openStore(stack.env.VX11_STORE_URL!);
      const connection = await Connection.connect({ address: environment.temporal.address });
      try {
        const deps = depsOf(store, new Client({ connection }), powerQueue(stack.env.VX11_HOST!));
        return [
          parsing(environment),
          await oneStep(environment, stack, floor),
          ...(await runs(environment, deps, floor)),
          await confirming(environment, stack, store, floor),
          ...(await load(environment, stack)),
        ];
      } finally {
        await connection.close();
        await store.close();
      }
    }),
};

const sentences = [
  'open bit-1 and bit-2 for 20 minutes because demo',
  'abre bit-3 durante dos horas porque hay una prueba',
  'please show me the status of bit-4',
  'stop bit-5 and then restart bit-6 in half an hour',
  'delete bit-7',
  'normalize the stems and master the mix for the demo',
  `could you ${'perhaps '.repeat(40)} tell me how bit-8 is doing?`,
];

function parsing(environment: Environment): Result {
  const services = new Set(Array.from({ length: 50 }, (_, n) => `bit-${n + 1}`));
  const hosts = new Set(['nas', 'gpu-box']);
  const once = (n: number): number => {
    const from = performance.now();
    parseIntent(sentences[n % sentences.length]!, { services, hosts });
    return performance.now() - from;
  };
  for (let n = 0; n < 500; n += 1) once(n);
  const took = Array.from({ length: environment.quick ? 1000 : 20_000 }, (_, n) => once(n));
  const p99 = percentile(took, 0.99);
  const notes = [`p99 ${p99.toFixed(3)} ms, over ${sentences.length} sentences and 50 services`];
  return bar('chat: parse', took, p99 <= 1, 'p99 ≤ 1 ms', notes);
}

const bar = (
  name: string,
  took: number[],
  met: boolean,
  text: string,
  notes: string[],
): Result => ({
  name,
  unit: 'ms',
  ours: figures(took),
  plain: null,
  bar: text,
  met,
  n: took.length,
  notes,
});

const say = async (stack: TestStack, message: string) => {
  const { status, body } = await stack.call('POST', '/madre/chat', { message });
  if (status !== 200)
    throw new Error(`a chat failed with status ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** A plan of one step by chat, from the call to DONE. A plan that only reads needs no workflow. */
async function oneStep(environment: Environment, stack: TestStack, floor: Floor): Promise<Result> {
  const [ours, plain]: number[][] = [[], []];
  await inTurns(
    environment.samples(200),
    async () => {
      const [took, body] = await timed(() => say(stack, 'status of bit-1'));
      if (body.status !== 'DONE') throw new Error(`the plan is ${body.status}`);
      ours!.push(took);
    },
    async () => void plain!.push(await floor.run()),
  );
  const ratio = median(ours!) / median(plain!);
  return {
    name: 'chat, one step',
    unit: 'ms',
    ours: figures(ours!),
    plain: figures(plain!),
    ratio,
    bar: '≤ 3 × an empty workflow',
    met: ratio <= 3,
    n: ours!.length,
    notes: [
      'madre carries out a plan of reads without a workflow; a plan with a workflow is below',
    ],
  };
}

function depsOf(store: Store, client: Client, queue: string): PlanDeps {
  return {
    store,
    clock: Date.now,
    log: pino({ level: 'silent' }),
    runs: () => ({
      ...noRuns,
      start: async (plan) => void (await client.workflow.start('runPlan', planStart(plan, queue))),
    }),
    spawner: null,
    ...nothingElse,
  };
}

const light = (depends_on?: string[]): StepDraft => ({
  type: 'NOOP',
  params: { message: 'light' },
  ...(depends_on !== undefined && { depends_on }),
});

/** Steps of a durable run in madre; the bench only proposes the plan. */
async function runs(environment: Environment, deps: PlanDeps, floor: Floor): Promise<Result[]> {
  const toEnd = async (steps: StepDraft[]): Promise<number> => {
    const [took] = await timed(async () => {
      const { plan } = await propose(deps, {
        source: 'control',
        actor: 'bench',
        reason: null,
        correlation_id: newId('run'),
        steps,
      });
      await until('the plan is done', async () => {
        const now: PlanView | null = await deps.store.plans.find(plan.plan_id);
        if (now?.status === 'ERROR') throw new Error(now.error?.detail);
        return now?.status === 'DONE';
      });
    });
    return took;
  };
  const pause: StepDraft = { type: 'WAIT', params: { seconds: 0 } };
  const [short, long, plain]: number[][] = [[], [], []];
  await inTurns(
    environment.samples(20),
    async () => void short!.push(await toEnd([pause])),
    async () => {
      long!.push(await toEnd([pause, ...Array.from({ length: lightSteps - 1 }, () => light())]));
      plain!.push(await floor.run());
    },
  );
  const perStep = long!.map((took) => took / lightSteps);
  return [
    bar('chat: a plan of 40 light steps, a step', perStep, median(perStep) <= 50, '≤ 50 ms', [
      `one after the other, each an activity with its writes; the whole plan ${ms(median(long!))}`,
      `a run of one step, from the proposal to DONE in the store, polled every 25 ms, ${ms(median(short!))}; an empty workflow ${ms(median(plain!))}`,
    ]),
  ];
}

/** From the confirm call to the end of the first step in the store, compared with an update that does nothing. */
async function confirming(
  environment: Environment,
  stack: TestStack,
  store: Store,
  floor: Floor,
): Promise<Result> {
  const ours: number[] = [];
  const plain: number[] = [];
  for (let n = 0; n < environment.samples(40); n += 1) {
    const { plan_id, confirm_token } = await say(stack, 'delete everything');
    const from = Date.now();
    const path = `/madre/plans/${plan_id}/confirm`;
    const { status, body } = await stack.call('POST', path, { confirm_token });
    if (status !== 200)
      throw new Error(`confirming failed with status ${status}: ${JSON.stringify(body)}`);
    const done = await until('its step is done', async () => {
      const plan = await store.plans.find(plan_id);
      return plan?.status === 'DONE' && plan;
    });
    ours.push(Date.parse(done.steps[0]!.finished_at!) - from);
    plain.push(...(await floor.updates(1)));
  }
  const difference = median(ours) - median(plain);
  return {
    name: 'chat: confirm to the end of the first step',
    unit: 'ms',
    ours: figures(ours),
    plain: figures(plain),
    difference,
    bar: '≤ an empty update + 100 ms',
    met: difference <= 100,
    n: ours.length,
    notes: ['through the gateway; one activity writes the decision, the next carries the step out'],
  };
}

/** Sends `perSecond` chat messages a second for a minute, and measures the memory of both processes meanwhile. */
async function load(environment: Environment, stack: TestStack): Promise<Result[]> {
  const seconds = environment.quick ? 10 : 60;
  const memory: number[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      memory.push(residentMb(stack.gateway.pid()!) + residentMb(stack.madre.pid()!));
      await sleep(500, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  const plansDone = async (): Promise<number> =>
    ((await stack.call('GET', '/madre/status')).body as { plans: { DONE?: number } }).plans.DONE ??
    0;
  const before = await plansDone();
  const pacer = join(import.meta.dirname, '../pacer.ts');
  const body = JSON.stringify({ message: 'status of bit-1 please' });
  const args = [
    pacer,
    `${stack.url}/madre/chat`,
    stack.token,
    String(perSecond),
    String(seconds),
    body,
  ];
  const { stdout } = await run(process.execPath, args);
  over.abort();
  await watching;
  const { p50, p95, p99, n, refused } = JSON.parse(stdout) as {
    p50: number;
    p95: number;
    p99: number;
    n: number;
    refused: number;
  };
  const byMadre = (await plansDone()) - before;
  const most = Math.max(...memory);
  return [
    {
      name: `chat, ${perSecond} a second for ${seconds} s`,
      unit: 'ms',
      ours: { p50, p95, n },
      plain: null,
      bar: 'p99 ≤ 2 s, none fails',
      met: p99 <= 2000 && refused === 0 && byMadre === n,
      n,
      notes: [
        `p99 ${ms(p99)}, ${refused} not answered 200, ${n - byMadre} answered by the gateway alone; counted from when each was due`,
      ],
    },
    {
      name: 'chat: memory through it',
      unit: 'MB',
      ours: { p50: most, p95: most, n: memory.length },
      plain: null,
      bar: 'gateway + madre ≤ 400 MB',
      met: most <= 400,
      n: memory.length,
      notes: [`the peak of both together; at the start ${Math.round(memory[0] ?? NaN)} MB`],
    },
  ];
}
