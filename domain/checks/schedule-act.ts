import type { DeclaredSchedule, KeptSchedule, SeenSchedule } from '../../contracts/schedule.ts';

/** What brings Temporal in line with the compose file. */
export type ScheduleAct =
  /** `forget`: it is no longer declared, so nothing is kept of it either. */
  | { act: 'remove'; forget: boolean }
  | { act: 'write'; spec: string; paused: boolean; note: string | null }
  /** Temporal has it as declared; only what it says is kept. */
  | { act: 'keep'; paused: boolean; note: string | null }
  | { act: 'none' };

/** What Temporal is given of a schedule. The rest is read when it fires. */
export const specOf = (one: DeclaredSchedule): string => {
  const { cron, timezone, every_seconds, jitter_seconds, catchup_seconds, paused } = one;
  return JSON.stringify({ cron, timezone, every_seconds, jitter_seconds, catchup_seconds, paused });
};

/**
 * Decides what to do about a schedule. A pause by people outlives changes of the file, mistakes in it, and the loss of
 * Temporal's data; one that the file asks for lasts as long as it stands there.
 * @param declared null if the file has no such schedule
 * @param kept null if it was never written
 * @param seen null if Temporal does not have it
 */
export function scheduleAct(
  declared: DeclaredSchedule | null,
  kept: KeptSchedule | null,
  seen: SeenSchedule | null,
): ScheduleAct {
  if (declared === null)
    return kept === null && seen === null ? { act: 'none' } : { act: 'remove', forget: true };
  const given = kept?.spec ?? '';
  if (declared.problems.length > 0)
    return seen === null && given === '' ? { act: 'none' } : { act: 'remove', forget: false };
  const { paused, note } = pauseOf(kept, seen);
  const spec = specOf(declared);
  const isRight = spec === given && seen?.paused === (paused || declared.paused);
  return isRight ? { act: 'keep', paused, note } : { act: 'write', spec, paused, note };
}

/** Whether people have paused it: as Temporal says, unless the file had paused it, or Temporal was given nothing. */
function pauseOf(
  kept: KeptSchedule | null,
  seen: SeenSchedule | null,
): Pick<SeenSchedule, 'paused' | 'note'> {
  const isTheirs = kept === null || (kept.spec !== '' && !isPaused(kept.spec));
  if (seen !== null && isTheirs) return { paused: seen.paused, note: seen.note };
  return { paused: kept?.paused ?? false, note: kept?.note ?? null };
}

const isPaused = (spec: string): boolean => (JSON.parse(spec) as { paused: boolean }).paused;

/** Who starts the runs of a schedule; no token can have this name. */
export const scheduleActor = (name: string): string => `schedule:${name}`;
