import { pino } from 'pino';
import { createLlm, type Llm } from '../../../activities/providers/language-models.ts';
import { isWrong } from '../../../test/repair/judge-seed.ts';
import { runSeed, runTrap, withSeed, type SeedRun } from '../../../test/repair/run-seed.ts';
import { seeds, type Seed } from '../../../test/repair/seeds/index.ts';
import { traps } from '../../../test/repair/seeds/traps.ts';
import { startStandIn } from '../../../test/repair/stand-in/server.ts';
import type { Environment } from '../../environment.ts';
import type { Measure, Result } from '../../measure.ts';
import { crowd, figures, percentile } from '../../sample.ts';

const bars = { classified: 90, repaired: 80, trialSeconds: 8, candidateSeconds: 30 };
/** Seeds that run side by side; times are measured one after the other. */
const atOnce = 2;

interface Ran {
  seed: Seed;
  run: SeedRun;
}

/** How many faults on real containers rules name and mend, alone and with a model that knows no case. */
export const repair: Measure = {
  name: 'repair',
  async run(environment) {
    const chosen = seeds.filter(({ quick }) => !environment.quick || quick);
    const rules = await runAll(chosen);
    const unmended = rules.filter(({ run }) => run.proved === null).map(({ seed }) => seed);
    const withModel = await onStandIn((llm) => runAll(unmended, llm));
    const both = rules.map((one) => withModel.find(({ seed }) => seed === one.seed) ?? one);
    return [
      classified(rules),
      repaired('rules alone', rules, []),
      repaired('rules and a stand-in that only mutates lines', both, [
        'a live model: not available here',
      ]),
      ...wrong([...rules, ...withModel]),
      await trapped(environment),
      ...(await times(environment)),
    ];
  },
};

async function runAll(chosen: readonly Seed[], llm?: Llm): Promise<Ran[]> {
  const ran: Ran[] = [];
  await crowd(chosen, atOnce, (seed) =>
    withSeed(seed, async (host) => void ran.push({ seed, run: await runSeed(host, seed, llm) })),
  );
  return ran;
}

async function onStandIn<T>(work: (llm: Llm) => Promise<T>): Promise<T> {
  const standIn = await startStandIn('template');
  const settings = {
    kind: 'openai_compatible',
    provider: 'stand-in',
    model: 'template',
    base_url: standIn.url,
    key: undefined,
    price: null,
    budget: { usd_per_day: 1000, tokens_per_day: 1_000_000_000 },
  } as const;
  const spent = { tokens: 0, cost_usd: 0, calls: 0 };
  const calls = { record: async () => undefined, spent: async () => spent };
  try {
    return await work(
      createLlm(settings, { calls, log: pino({ level: 'silent' }), clock: Date.now }),
    );
  } finally {
    await standIn.close();
  }
}

/** A share as one row. */
function share(
  name: string,
  all: readonly Ran[],
  isGood: (one: Ran) => boolean,
  { least, notes = [] }: { least: number; notes?: string[] },
): Result {
  const bad = all.filter((one) => !isGood(one)).map(({ seed }) => seed.name);
  const value = all.length === 0 ? 100 : (100 * (all.length - bad.length)) / all.length;
  return {
    name: `repair: ${name}`,
    unit: '%',
    ours: { p50: value, p95: value, n: 1 },
    plain: null,
    bar: least === 100 ? 'all' : `≥ ${least} %`,
    met: value >= least,
    n: all.length,
    notes: [...notes, ...(bad.length === 0 ? [] : [`not ${bad.join(', ')}`])],
  };
}

const classified = (all: readonly Ran[]): Result =>
  share(
    'faults named by their class',
    all.filter(({ seed }) => seed.class !== null),
    ({ seed, run }) => run.class === seed.class,
    { least: bars.classified },
  );

const repaired = (by: string, all: readonly Ran[], notes: string[]): Result =>
  share(
    `configuration faults mended, ${by}`,
    all.filter(({ seed }) => seed.end === 'proved'),
    ({ seed, run }) => run.proved !== null && !isWrong(seed, run),
    { least: bars.repaired, notes },
  );

const wrong = (all: readonly Ran[]): Result[] => [
  share(
    'proved patches that are right',
    all.filter(({ run }) => run.proved !== null),
    ({ seed, run }) => !isWrong(seed, run),
    {
      least: 100,
    },
  ),
  share(
    'no patch where none is right',
    all.filter(({ seed }) => seed.end !== 'proved'),
    ({ run }) => run.proved === null,
    {
      least: 100,
    },
  ),
  share(
    'proved patches without a regression',
    all.filter(({ run }) => run.proved !== null),
    ({ run }) => run.hidden.length === 0,
    { least: 100 },
  ),
];

async function trapped({ quick }: Environment): Promise<Result> {
  const missed: string[] = [];
  const chosen = quick ? traps.slice(0, 3) : traps;
  await crowd(chosen, atOnce, (trap) =>
    withSeed(trap, async (host) => {
      const { verdict, why } = await runTrap(host, trap);
      if (verdict !== trap.verdict || !trap.why.test(why ?? '')) missed.push(trap.name);
    }),
  );
  const value = (100 * (chosen.length - missed.length)) / chosen.length;
  return {
    name: 'repair: wrong-but-green changes named for what they are',
    unit: '%',
    ours: { p50: value, p95: value, n: 1 },
    plain: null,
    bar: '≥ 95 %',
    met: value >= 95,
    n: chosen.length,
    notes: missed.length === 0 ? [] : [`not ${missed.join(', ')}`],
  };
}

/** Times of a stack of one trivial service, with nothing beside it. */
async function times({ samples }: Environment): Promise<Result[]> {
  const seed = seeds.find(({ name }) => name === 'a flag says another port than the file')!;
  const [trials, found]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < samples(10); nth += 1) {
    const run = await withSeed(seed, (host) => runSeed(host, seed));
    if (run.proved === null) throw new Error(`${seed.name}: ${run.end}`);
    trials.push(run.proved.seconds!);
    found.push(run.reproduceSeconds);
  }
  const row = (name: string, values: number[], most: number): Result => ({
    name: `repair: ${name}`,
    unit: 's',
    ours: figures(values),
    plain: null,
    bar: `≤ ${most} s`,
    met: percentile(values, 0.5) <= most,
    n: values.length,
    notes: [],
  });
  return [
    row('a trial of a trivial stack', trials, bars.trialSeconds),
    row('command to first candidate, trivial stack', found, bars.candidateSeconds),
  ];
}
