import type { CountCell, LogCell } from '../../../contracts/routing-beliefs.ts';

/** What a cell keeps: per round in which it was not changed, and per own outcome; 1 keeps everything. */
export interface Forgetting {
  perRound: number;
  perOwn: number;
  /** The weight below which nothing more is forgotten by rounds alone. */
  least: number;
}

/**
 * The part of a cell that is left at `round`. Nothing runs in the background: this is one multiplication at each read. What is
 * known of a target is never less than `least` outcomes, if it ever was as much: forgotten is how sure it is, and not the
 * value itself, so that a wrong first guess does not come back.
 */
function keptOf(weight: number, since: number, { perRound, least }: Forgetting): number {
  if (since <= 0 || weight <= least) return 1;
  const kept = perRound ** since;
  return weight * kept >= least ? kept : least / weight;
}

export const keptCount = (cell: CountCell, round: number, forgetting: Forgetting): number =>
  keptOf(cell.yes + cell.no, round - cell.round, forgetting);

const keptLog = (cell: LogCell, round: number, forgetting: Forgetting): number =>
  keptOf(cell.n, round - cell.round, forgetting);

/**
 * Counts one more outcome, between 0 and 1. Changes `cell` in place if there is one: new objects for each outcome would pile up
 * in the old part of the heap.
 */
export function countOutcome(
  cell: CountCell | undefined,
  outcome: number,
  round: number,
  forgetting: Forgetting,
): CountCell {
  if (cell === undefined) return { yes: outcome, no: 1 - outcome, round };
  const kept = keptCount(cell, round, forgetting) * forgetting.perOwn;
  cell.yes = cell.yes * kept + outcome;
  cell.no = cell.no * kept + 1 - outcome;
  cell.round = round;
  return cell;
}

/** A count in which what is left of an earlier outcome is replaced, such as a guess by the caller's own word. */
export function correctOutcome(
  cell: CountCell | undefined,
  was: { outcome: number; round: number },
  outcome: number,
  round: number,
  forgetting: Forgetting,
): CountCell {
  const kept = cell === undefined ? 0 : keptCount(cell, round, forgetting);
  const change =
    (outcome - was.outcome) * keptOf(1, round - was.round, { ...forgetting, least: 0 });
  return {
    yes: Math.max(0, (cell?.yes ?? 0) * kept + change),
    no: Math.max(0, (cell?.no ?? 0) * kept - change),
    round,
  };
}

/** Counts one more value into a running mean, in place like `countOutcome`. Values of 0 or less count as a thousandth. */
export function countLog(
  cell: LogCell | undefined,
  value: number,
  round: number,
  forgetting: Forgetting,
): LogCell {
  const log = Math.log(Math.max(value, 0.001));
  if (cell === undefined) return { n: 1, mean: log, variance: 0, round };
  const before = cell.n * keptLog(cell, round, forgetting) * forgetting.perOwn;
  const n = before + 1;
  const off = log - cell.mean;
  cell.n = n;
  cell.mean += off / n;
  cell.variance = (before / n) * (cell.variance + (off * off) / n);
  cell.round = round;
  return cell;
}

/** Mean, variance and weight of a running mean together with its prior at `round`. */
export function logEstimate(
  cell: LogCell | undefined,
  prior: { n: number; mean: number; variance: number },
  round: number,
  forgetting: Forgetting,
): { n: number; mean: number; variance: number } {
  const seen = cell === undefined ? 0 : cell.n * keptLog(cell, round, forgetting);
  if (cell === undefined || seen === 0) return prior;
  const n = prior.n + seen;
  const off = cell.mean - prior.mean;
  return {
    n,
    mean: prior.mean + (off * seen) / n,
    // of both parts, and of the distance between their means; the prior's guess counts less the more was seen
    variance:
      (prior.n * prior.variance + seen * cell.variance) / n + (off * off * prior.n) / (n * n),
  };
}
