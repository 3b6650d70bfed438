import type { Candidate, Observation } from '../../contracts/autonomy.ts';

type SeenRed = NonNullable<Observation['red']>[number];
type SeenRepair = NonNullable<Observation['repairs']>[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How many runs of a suite have to show the same red checks: one may be a race, which a repair would not reproduce. */
export const redRuns = 2;
/** The repairs that the loop begins on a host, within 24 h. */
const mostADay = 4;
/** The pause of a suite after a repair of it that did not help, also one that a person began. */
const pauseMs = 6 * hourMs;
/** The same after a person said no. */
const rejectedPauseMs = dayMs;

/** The runs of a suite that have ended, as far as a decision needs them. */
export interface EndedRun {
  run_id: string;
  suite: string;
  host: string;
  /** The checks that a repair may mend, as `suite/name`; what sleeps by policy is none of them. */
  red: readonly string[];
}

/** The suites that stay red: whose newest runs all have the same red checks. @param runs newest first */
export function stayRed(runs: readonly EndedRun[]): SeenRed[] {
  const suites = Map.groupBy(runs, ({ host, suite }) => `${host}/${suite}`);
  return [...suites.values()].flatMap((of): SeenRed[] => {
    const [newest] = of as [EndedRun, ...EndedRun[]];
    const key = keyOf(newest);
    const other = of.findIndex((run) => keyOf(run) !== key);
    const count = other === -1 ? of.length : other;
    if (newest.red.length === 0 || count < redRuns) return [];
    const { run_id, suite, host, red } = newest;
    return [{ run_id, suite, host, checks: [...red], runs: count }];
  });
}

const keyOf = ({ red }: EndedRun): string => red.toSorted().join('\n');

/** A repair for every suite that stays red. */
export const repairsFor = ({ red = [] }: Observation): (Candidate & { weight: number })[] =>
  red.map(({ run_id, suite, host, checks, runs }) => ({
    key: `checks:${host}/${suite}`,
    action: 'repair',
    because: `${checks.slice(0, 3).join(', ')} failed in the last ${runs} runs of ${suite}`,
    params: { run_id, suite, host },
    weight: 65,
  }));

/** Whether a candidate is a repair of files, and not a restart. */
export const mendsChecks = ({ action, params }: Candidate): boolean =>
  action === 'repair' && params['run_id'] !== undefined;

/**
 * Why no repair of a suite may begin now; null if one may. Repairs run one at a time on a host.
 * @param now epoch ms
 */
export function noRepairNow(
  { params }: Candidate,
  { repairs = [] }: Observation,
  now: number,
): string | null {
  const of = repairs.filter(({ host }) => host === params['host']);
  const live = of.find(({ ended_at }) => ended_at === null);
  if (live !== undefined) return `${live.repair_id} is under way`;
  const last = of.find(({ suite }) => suite === params['suite']);
  const until = last === undefined ? 0 : pauseAfter(last);
  if (now < until) {
    const next = new Date(until).toISOString();
    return `${last!.repair_id} ended ${last!.status}; next attempt after ${next}`;
  }
  const begun = of.filter(
    ({ trigger, created_at }) => trigger === 'autonomy' && Date.parse(created_at) > now - dayMs,
  );
  return begun.length >= mostADay
    ? `the daily limit is reached: ${begun.length} repairs in the last 24 h`
    : null;
}

/** When the pause after a repair is over, in epoch ms. */
function pauseAfter({ status, ended_at }: SeenRepair): number {
  if (ended_at === null || status === 'repaired') return 0;
  const isNo = status === 'rejected' || status === 'cancelled';
  return Date.parse(ended_at) + (isNo ? rejectedPauseMs : pauseMs);
}
