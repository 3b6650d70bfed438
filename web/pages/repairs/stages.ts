import type { CheckRunView } from '../../../contracts/checks.ts';
import { isRed } from '../../things/red-run.ts';
import type { RepairCandidate, RepairStatus } from '../../../contracts/repair.ts';

/** The log has an event for the start and the end of a repair, and none between. */
export const whileRunningMs = 1000;

/** What a change has to show in a copy, in the order of the trial; each is named by the verdict of one that fails it. */
const stages = ['static', 'refused', 'not_green', 'regression', 'weak', 'not_minimal'] as const;
type Stage = (typeof stages)[number];

/** What a change showed: a stage that it passed or failed, or the stages together that it did not reach. */
export type Shown =
  { state: 'passed' | 'failed'; stage: Stage } | { state: 'open'; stages: readonly Stage[] };

/** What a change showed, in the order of the trial. */
export function shownBy({
  verdict,
  seconds,
}: Pick<RepairCandidate, 'verdict' | 'seconds'>): Shown[] {
  const passed = (of: readonly Stage[]): Shown[] => of.map((stage) => ({ state: 'passed', stage }));
  const open = (of: readonly Stage[]): Shown[] =>
    of.length === 0 ? [] : [{ state: 'open', stages: of }];
  if (verdict === 'proved') return passed(stages);
  if (verdict === 'untried') return open(stages);
  const at = stages.indexOf(verdict);
  const before = stages.slice(0, at);
  // what was refused before any copy was made has shown nothing else
  const early = verdict === 'refused' && seconds === null;
  const after = stages.slice(at + 1);
  return early
    ? [{ state: 'failed', stage: verdict }, ...open([...before, ...after])]
    : [...passed(before), { state: 'failed', stage: verdict }, ...open(after)];
}

/** The way of a repair to its end. */
export const way = [
  'queued',
  'reproducing',
  'analysing',
  'trying',
  'waiting',
  'applying',
] as const satisfies RepairStatus[];

/** How far a repair is that has not ended; -1 for one that has. */
export const wayOf = (status: RepairStatus): number => (way as readonly string[]).indexOf(status);

/** The change that is being tried: the first untried one of this cycle. */
export const triedNow = (
  candidates: readonly RepairCandidate[],
  { status, cycle }: { status: RepairStatus; cycle: number },
): RepairCandidate | undefined =>
  status === 'trying'
    ? candidates.find((one) => one.cycle === cycle && one.verdict === 'untried')
    : undefined;

/** The newest ended run of each suite, if it is red: what can be repaired. Newest first, as `runs` are. */
export function redRuns(runs: readonly CheckRunView[]): CheckRunView[] {
  const ended = runs.filter(({ finished_at }) => finished_at !== null);
  const suites = Map.groupBy(ended, ({ host, suite }) => `${host} ${suite}`);
  return [...suites.values()].flatMap(([newest]) => (isRed(newest!) ? [newest!] : []));
}
