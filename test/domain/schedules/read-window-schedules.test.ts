import { expect, test } from 'vitest';
import {
  opensWindow,
  readWindowSchedules,
} from '../../../domain/schedules/read-window-schedules.ts';

const good = { name: 'nightly', services: ['db'], cron: '30 2 * * mon-fri', ttl: '45m' };
const read = (...sources: unknown[]) => readWindowSchedules(sources, ['db', 'web']);

test('an entry with services and a TTL opens a window; the others are left to the checks', () => {
  expect([good, { name: 'a', suites: ['b'] }, { name: 'a' }, null].map(opensWindow)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(read({ name: 'checks', suites: ['x'] }, { ...good, timezone: 'europe/madrid' })).toEqual([
    {
      name: 'nightly',
      services: ['db'],
      cron: ['30 2 * * 1,2,3,4,5'],
      timezone: 'Europe/Madrid',
      ttl_seconds: 2700,
      reason: null,
      paused: false,
      problems: [],
    },
  ]);
});

test.each([
  [{ cron: '61 * * * *' }, 'x-vx11.schedule.0.cron: "61" is no minute'],
  [{ cron: '* * *' }, 'has 3 fields'],
  [{ timezone: 'Mars' }, 'x-vx11.schedule.0.timezone: "Mars" is no time zone'],
  [{ ttl: 'soon' }, 'x-vx11.schedule.0.ttl: write a duration'],
  [{ ttl: '25h' }, 'x-vx11.schedule.0.ttl'],
  [{ services: ['nope'] }, 'no window can be opened for nope'],
  [{ suites: ['a'] }, 'Unrecognized key: "suites"'],
  [{ services: undefined }, 'x-vx11.schedule.0.services'],
])('%o is named in the schedule, which then opens nothing', (change, problem) => {
  const [one] = read({ ...good, ...change });
  expect(one!.problems.join()).toContain(problem);
});

test('a name that several entries have, of either kind, is a mistake', () => {
  const [one] = read(good, { name: 'nightly', suites: ['a'] });
  expect(one!.problems).toEqual(['several schedules are named nightly']);
});
