import type { WindowScheduleView } from '../../contracts/window-schedule.ts';
import { occurrencesAfter } from '../../domain/schedules/occurrences.ts';
import { localInstant } from '../../domain/services/time-zone.ts';
import { isoTime } from '../../platform/time.ts';
import type { KeptWindowSchedule } from '../../store/schedules/window-schedules.ts';

const shown = 5;

/** A scheduled window as people see it. @param taken whether the compose file has one of this name as well */
export function viewOf(
  { declared, host, source, owner, note, ...kept }: KeptWindowSchedule,
  last: WindowScheduleView['last'],
  taken: boolean,
  now: number,
): WindowScheduleView {
  const clash = 'the compose file has a schedule of this name too, which does not run';
  const problems = taken ? [...declared.problems, clash] : declared.problems;
  const paused = declared.paused || kept.paused;
  const runs = !paused && declared.problems.length === 0;
  const { cron, timezone } = declared;
  return {
    ...declared,
    host,
    source,
    owner,
    problems,
    paused,
    paused_in_file: declared.paused,
    last,
    note: declared.paused ? 'paused in the compose file' : note,
    next: (runs ? occurrencesAfter(cron, timezone, now, shown) : []).map(({ at, moved }) => ({
      at: isoTime(at),
      local: localInstant(at, timezone),
      moved,
    })),
  };
}
