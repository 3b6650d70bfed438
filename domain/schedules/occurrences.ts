import { offsetMs, localInstant } from '../services/time-zone.ts';
import { cronSets, type CronSets } from './cron-sets.ts';
import { localInstants, localMs } from './local-instants.ts';

/** One time of a schedule. */
export interface Occurrence {
  /** Its local date and time, which names it: `2026-03-29T02:30`; with the offset where it is shown twice. */
  slot: string;
  /** Epoch ms. */
  at: number;
  /** Whether clocks skip the time on that day, so that it is due when they continue. */
  moved: boolean;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** A leap day that is a certain day of the week comes at least every 40 years. */
const longestDays = 40 * 366;

/**
 * The next times of a schedule, in order, each local time once. One that clocks skip is moved to when they continue; one
 * that they show twice is due the first time. A schedule of every hour follows real time instead: it is due in both of two
 * repeated hours, and not at all in a skipped one.
 * @param cron expressions in figures; a time is due if one of them matches
 * @param after epoch ms; not included
 */
export function occurrencesAfter(
  cron: readonly string[],
  zone: string,
  after: number,
  count: number,
): Occurrence[] {
  const sets = cron.map(cronSets);
  const found = new Map<string, Occurrence>();
  // a time of the day before may be moved to after midnight
  const first = Math.floor((localMs(after, zone) - dayMs) / dayMs) * dayMs;
  for (let nth = 0; nth < longestDays && found.size < count + 1; nth += 1) {
    for (const one of onDay(sets, first + nth * dayMs, zone))
      if (one.at > after) found.set(one.slot, one);
  }
  return [...found.values()]
    .toSorted((one, other) => one.at - other.at || one.slot.localeCompare(other.slot))
    .slice(0, count);
}

/** @param day its start as if it were UTC, in epoch ms */
function onDay(sets: readonly CronSets[], day: number, zone: string): Occurrence[] {
  const date = new Date(day);
  const what = {
    date: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
  };
  const due = sets.filter((one) => one.isDay(what));
  if (due.length === 0) return [];
  const steady = steadyOffset(day, zone);
  return due.flatMap(({ minutes, hours, hourly }) =>
    hours.flatMap((hour) =>
      minutes.flatMap((minute) => {
        const local = day + (hour * 60 + minute) * minuteMs;
        const slot = new Date(local).toISOString().slice(0, 16);
        if (steady !== null) return [{ slot, at: local - steady, moved: false }];
        return onChangeDay(local, slot, hourly, zone);
      }),
    ),
  );
}

/** The offset of the zone if clocks do not change around a day; else null. */
function steadyOffset(day: number, zone: string): number | null {
  const [before, after] = [offsetMs(day - dayMs, zone), offsetMs(day + 2 * dayMs, zone)];
  const within = offsetMs(day, zone);
  return before === after && within === before ? before : null;
}

function onChangeDay(local: number, slot: string, hourly: boolean, zone: string): Occurrence[] {
  const { shown, resumes } = localInstants(local, zone);
  const [first] = shown;
  if (first === undefined) return hourly ? [] : [{ slot, at: resumes!, moved: true }];
  if (!hourly || shown.length === 1) return [{ slot, at: first, moved: false }];
  return shown.map((at) => ({
    slot: `${slot}${localInstant(at, zone).slice(19)}`,
    at,
    moved: false,
  }));
}
