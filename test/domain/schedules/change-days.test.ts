import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { occurrencesAfter, type Occurrence } from '../../../domain/schedules/occurrences.ts';
import { localTime, offsetMs } from '../../../domain/services/time-zone.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const zones = ['Europe/Madrid', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe'];
const years = [2026, 2027, 2028];

/** The local dates on which clocks of a zone change in a year. */
function changeDays(zone: string, year: number): string[] {
  const days: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += hour)
    if (offsetMs(at, zone) !== offsetMs(at + hour, zone))
      days.push(localTime(at + hour, zone).slice(0, 10));
  return days;
}

/** All minutes of a local date, by what clocks show: looked up one by one, without any rule about changes. */
function minutesOf(date: string, zone: string): Map<string, number[]> {
  const noon = Date.parse(`${date}T12:00Z`);
  const shown = new Map<string, number[]>();
  for (let at = noon - 36 * hour; at < noon + 36 * hour; at += minute) {
    const local = localTime(at, zone).slice(0, 16);
    if (local.startsWith(date)) shown.set(local, [...(shown.get(local) ?? []), at]);
  }
  return shown;
}

/** Times of a date as people count them: each of its minutes once. */
function expectedOn(
  date: string,
  shown: Map<string, number[]>,
  minutes: number[],
  hours: number[] | null,
): number[] {
  const wanted = (hours ?? Array.from({ length: 24 }, (_, nth) => nth)).flatMap((h) =>
    minutes.map((m) => `${date}T${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`),
  );
  const all = [...shown].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return wanted
    .flatMap((local) => {
      const at = shown.get(local);
      if (hours === null) return at ?? [];
      // skipped: the next minute that clocks show
      return at?.[0] ?? all.find(([later]) => later > local)![1][0]!;
    })
    .toSorted((one, other) => one - other);
}

const on = (date: string, found: Occurrence[]): Occurrence[] =>
  found.filter(({ slot }) => slot.startsWith(date));
const cases = zones.flatMap((zone) =>
  years.flatMap((year) => changeDays(zone, year).map((date) => ({ zone, date }))),
);
const some = (most: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 });
const sorted = (values: number[]): number[] => values.toSorted((one, other) => one - other);

describe('on the days on which clocks change', () => {
  test('these are two days a year in each zone', () => {
    expect(cases).toHaveLength(zones.length * years.length * 2);
  });

  test.each(cases)(
    '$zone, $date: each local time comes once, whatever is asked for',
    ({ zone, date }) => {
      const from = Date.parse(`${date}T00:00Z`) - 2 * day;
      const shown = minutesOf(date, zone);
      fc.assert(
        fc.property(some(59), fc.option(some(5)), (minutes, hours) => {
          const fields = `${sorted(minutes).join(',')} ${hours === null ? '*' : sorted(hours).join(',')}`;
          const found = on(date, occurrencesAfter([`${fields} * * *`], zone, from, 500));
          expect(found.map(({ at }) => at)).toEqual(expectedOn(date, shown, minutes, hours));
          const slots = found.map(({ slot }) => slot);
          expect(new Set(slots).size).toBe(slots.length);
          for (const { slot, at, moved } of found)
            expect(moved).toBe(localTime(at, zone).slice(0, 16) !== slot.slice(0, 16));
        }),
        {
          numRuns: 25,
          examples: [
            [[30], [2]],
            [[0], [0]],
            [[0, 20, 40], [2]],
            [[30], null],
          ],
        },
      );
    },
  );

  test('asking again from each time on gives the same times, one after the other', () => {
    for (const { zone, date } of cases) {
      const from = Date.parse(`${date}T00:00Z`) - day;
      const all = occurrencesAfter(['15,45 * * * *'], zone, from, 100);
      let after = from;
      for (const one of all.slice(0, 60)) {
        const [next] = occurrencesAfter(['15,45 * * * *'], zone, after, 1);
        expect(next).toEqual(one);
        after = next!.at;
      }
    }
  });
});

test.each([
  [
    'Europe/Madrid',
    '30 2 * * *',
    '2026-03-28T12:00Z',
    '2026-03-29T02:30',
    '2026-03-29T01:00:00Z',
    true,
  ],
  [
    'Europe/Madrid',
    '30 2 * * *',
    '2026-10-24T12:00Z',
    '2026-10-25T02:30',
    '2026-10-25T00:30:00Z',
    false,
  ],
  [
    'America/Santiago',
    '0 0 * * *',
    '2026-09-05T12:00Z',
    '2026-09-06T00:00',
    '2026-09-06T04:00:00Z',
    true,
  ],
])('%s, %s after %s', (zone, cron, after, slot, at, moved) => {
  const [next] = occurrencesAfter([cron], zone, Date.parse(after), 1);
  expect(next).toEqual({ slot, at: Date.parse(at), moved });
});

test('an hourly schedule comes in both of two repeated hours, each under its own name', () => {
  const after = Date.parse('2026-10-25T00:00Z');
  const slots = occurrencesAfter(['30 * * * *'], 'Europe/Madrid', after, 3).map(({ slot }) => slot);
  expect(slots).toEqual(['2026-10-25T02:30+02:00', '2026-10-25T02:30+01:00', '2026-10-25T03:30']);
});

test('days of the month and of the week: either is enough, and a rare day is found', () => {
  const after = Date.parse('2026-12-01T00:00Z');
  const slots = (cron: string[], count: number) =>
    occurrencesAfter(cron, 'UTC', after, count).map(({ slot }) => slot.slice(0, 10));
  expect(slots(['0 0 13 * *', '0 0 * * 5'], 3)).toEqual(['2026-12-04', '2026-12-11', '2026-12-13']);
  expect(slots(['0 0 29 2 *'], 2)).toEqual(['2028-02-29', '2032-02-29']);
  expect(slots(['0 0 31 * *'], 2)).toEqual(['2026-12-31', '2027-01-31']);
});
