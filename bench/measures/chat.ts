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
import type { Bed } from '../bed.ts';
import { startFloor, type Floor } from '../floor/floor.ts';
import type { Measure, Result } from '../measure.ts';
import { residentMb } from '../process.ts';
import { figures, inTurns, median, ms, percentile, timed } from '../sample.ts';
import { several, trivial } from '../services.ts';
import { restart } from './restart.ts';

const run = promisify(execFile);
const lightSteps = 40;
const perSecond = 100;

/** Talking to madre and what comes of it, against empty workflows and updates on the same Temporal. */
export const chat: Measure = {
  name: 'chat',
  run: (bed) =>
    bed.onStack({ services: several('bit', 10, trivial) }, async (stack) => {
      await restart(stack);
      const floor = await startFloor(bed);
      const store = await openStore(stack.env.VX11_STORE_URL!);
      const connection = await Connection.connect({ address: bed.temporal.address });
      try {
        const deps = depsOf(store, new Client({ connection }), powerQueue(stack.env.VX11_HOST!));
        return [
          parsing(bed),
          await oneStep(bed, stack, floor),
          ...(await runs(bed, deps, floor)),
          await confirming(bed, stack, store, floor),
          ...(await load(bed, stack)),
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

function parsing(bed: Bed): Result {
  const services = new Set(Array.from({ length: 50 }, (_, n) => `bit-${n + 1}`));
  const hosts = new Set(['nas', 'gpu-box']);
  const once = (n: number): number => {
    const from = performance.now();
    parseIntent(sentences[n % sentences.length]!, { services, hosts });
    return performance.now() - from;
  };
  for (let n = 0; n < 500; n += 1) once(n);
  const took = Array.from({ length: bed.quick ? 1000 : 20_000 }, (_, n) => once(n));
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
  if (status !== 200) throw new Error(`a chat was answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** A plan of one step by chat, call to DONE; a look needs no run. */
async function oneStep(bed: Bed, stack: TestStack, floor: Floor): Promise<Result> {
  const [ours, plain]: number[][] = [[], []];
  await inTurns(
    bed.samples(200),
    async () => {
      const [took, body] = await timed(() => say(stack, 'status of bit-1'));
      if (body.status !== 'DONE') throw new Error(`it is ${body.status}`);
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
    notes: ['a plan of reads is carried out in madre, without a workflow; that of a run is below'],
  };
}

function depsOf(store: Store, client: Client, queue: string): PlanDeps {
  const never = () => Promise.reject(new Error('not here'));
  return {
    store,
    clock: Date.now,
    log: pino({ level: 'silent' }),
    runs: () => ({
      start: async (plan) => void (await client.workflow.start('runPlan', planStart(plan, queue))),
      runs: never,
      openWindow: never,
      extendWindow: never,
      closeWindow: never,
      releaseService: never,
      restartService: never,
      cancelRestart: never,
    }),
    spawner: null,
    roles: {},
  };
}

const light = (depends_on?: string[]): StepDraft => ({
  type: 'NOOP',
  params: { message: 'light' },
  ...(depends_on !== undefined && { depends_on }),
});

/** Steps of a durable run, as madre carries them out; the bench only proposes. */
async function runs(bed: Bed, deps: PlanDeps, floor: Floor): Promise<Result[]> {
  const toEnd = async (steps: StepDraft[]): Promise<number> => {
    const [took] = await timed(async () => {
      const { plan } = await propose(deps, {
        source: 'control',
        actor: 'bench',
        reason: null,
        correlation_id: newId('run'),
        steps,
      });
      await until('it is done', async () => {
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
    bed.samples(20),
    async () => void short!.push(await toEnd([pause])),
    async () => {
      long!.push(await toEnd([pause, ...Array.from({ length: lightSteps - 1 }, () => light())]));
      plain!.push(await floor.run());
    },
  );
  const perStep = long!.map((took) => took / lightSteps);
  return [
    bar('chat: a plan of 40 light steps, a step', perStep, median(perStep) <= 50, '≤ 50 ms', [
      `one after the other, each an activity with its writes; the whole ${ms(median(long!))}`,
      `a run of one step, proposal to DONE in the store ${ms(median(short!))}, looked for every 25 ms; an empty workflow ${ms(median(plain!))}`,
    ]),
  ];
}

/** From the confirm call to the first step that is written down, over an update that does nothing. */
async function confirming(bed: Bed, stack: TestStack, store: Store, floor: Floor): Promise<Result> {
  const ours: number[] = [];
  const plain: number[] = [];
  for (let n = 0; n < bed.samples(40); n += 1) {
    const { plan_id, confirm_token } = await say(stack, 'delete everything');
    const from = Date.now();
    const path = `/madre/plans/${plan_id}/confirm`;
    const { status, body } = await stack.call('POST', path, { confirm_token });
    if (status !== 200)
      throw new Error(`confirming was answered ${status}: ${JSON.stringify(body)}`);
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

/** So many people talk at once, for a minute; what both processes take of memory meanwhile. */
async function load(bed: Bed, stack: TestStack): Promise<Result[]> {
  const seconds = bed.quick ? 10 : 60;
  const memory: number[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      memory.push(residentMb(stack.gateway.pid()!) + residentMb(stack.madre.pid()!));
      await sleep(500, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  const heard = async (): Promise<number> =>
    ((await stack.call('GET', '/madre/status')).body as { plans: { DONE?: number } }).plans.DONE ??
    0;
  const before = await heard();
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
  const told = JSON.parse(stdout) as {
    p50: number;
    p95: number;
    p99: number;
    n: number;
    refused: number;
  };
  const { p50, p95, p99, n, refused } = told;
  const byMadre = (await heard()) - before;
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
      notes: [`the most of both at once; at its start ${Math.round(memory[0] ?? NaN)} MB`],
    },
  ];
}
