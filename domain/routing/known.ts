import type { CountCell, LogCell, RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import type { TaskType } from '../../contracts/routing.ts';
import type { KnownTarget } from '../../contracts/switch-known.ts';
import { keptCount } from './learning/cells.ts';
import { wakeTime, type WakeBelief } from './learning/wake.ts';
import { forgetting } from './settings.ts';

/**
 * What was seen of a target, without what is guessed of one that was never used.
 * @param wake of the service behind it; null for a target without one
 */
export function knownOf(
  beliefs: RoutingBeliefs,
  id: string,
  wake: WakeBelief | null,
): Omit<KnownTarget, 'id'> {
  const cells = Object.entries(beliefs.quality[id] ?? {}) as [TaskType, CountCell][];
  const kept = cells.map(([type, { yes, no, round }]) => {
    const share = keptCount({ yes, no, round }, beliefs.rounds[type] ?? 0, forgetting.quality);
    return { yes: yes * share, no: no * share };
  });
  const sum = (of: readonly number[]): number => of.reduce((one, two) => one + two, 0);
  const yes = sum(kept.map((one) => one.yes));
  const outcomes = yes + sum(kept.map((one) => one.no));
  const ok = beliefs.ok[id];
  return {
    outcomes,
    success: ok === undefined || ok.yes + ok.no === 0 ? null : ok.yes / (ok.yes + ok.no),
    quality: outcomes === 0 ? null : yes / outcomes,
    first_token_seconds: typical(beliefs.first_token[id]),
    tokens_per_second: typical(beliefs.speed[id]),
    wake_seconds: wake?.seconds === undefined ? null : wakeTime(wake, 0).p50_seconds,
  };
}

const typical = (cell: LogCell | undefined): number | null =>
  cell === undefined || cell.n === 0 ? null : Math.exp(cell.mean);
