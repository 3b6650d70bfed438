import { describe, expect, test } from 'vitest';
import type { SuiteSummary } from '../../../contracts/checks.ts';
import type { DeclaredSchedule, KeptSchedule, SeenSchedule } from '../../../contracts/schedule.ts';
import { readSchedules } from '../../../domain/checks/read-schedules.ts';
import { scheduleAct, specOf } from '../../../domain/checks/schedule-act.ts';

const suite = (name: string, problems: string[] = []): SuiteSummary => ({
  name,
  kind: 'suite',
  declared: true,
  services: ['web'],
  checks: 1,
  problems,
});
const suites = [suite('orders'), suite('web'), suite('bad', ['x-vx11.suites.2.load: no'])];
const read = (...sources: unknown[]) => readSchedules(sources, suites);
const nightly = { name: 'nightly', suites: ['orders'], cron: '30 2 * * *' };

describe('a schedule', () => {
  test('has defaults for what it leaves out', () => {
    expect(read(nightly)).toEqual([
      {
        name: 'nightly',
        suites: ['orders'],
        cron: ['30 2 * * *'],
        timezone: 'UTC',
        every_seconds: null,
        jitter_seconds: 0,
        catchup_seconds: 300,
        open: 'window',
        flaky: 'fail',
        reason: null,
        paused: false,
        problems: [],
      },
    ]);
  });
  test('may have several times, a zone, an interval, jitter and a catch-up', () => {
    const more = { cron: ['0 1 * * *', '0 3 1 * 1'], timezone: 'europe/madrid', every: '6h' };
    const rest = { jitter: '2m', catchup: '1h', open: 'never', flaky: 'pass', paused: true };
    expect(read({ ...nightly, ...more, ...rest })[0]).toMatchObject({
      cron: ['0 1 * * *', '0 3 1 * *', '0 3 * * 1'],
      timezone: 'Europe/Madrid',
      every_seconds: 21_600,
      jitter_seconds: 120,
      catchup_seconds: 3600,
      open: 'never',
      flaky: 'pass',
      paused: true,
      problems: [],
    });
  });
  test.each([
    [{ ...nightly, cron: '61 * * * *' }, 'x-vx11.schedule.0.cron: "61" is no minute'],
    [{ ...nightly, timezone: 'Mars/Base' }, 'x-vx11.schedule.0.timezone: "Mars/Base" is no time'],
    [{ ...nightly, timezone: '+02:00' }, 'x-vx11.schedule.0.timezone: "+02:00" is no time zone'],
    [{ ...nightly, every: 'often' }, 'x-vx11.schedule.0.every: "often" is not a duration'],
    [{ ...nightly, every: '100ms' }, 'x-vx11.schedule.0.every: "100ms" is too short: at least 1s'],
    [{ ...nightly, catchup: '1s' }, 'x-vx11.schedule.0.catchup: "1s" is too short: at least 10s'],
    [{ ...nightly, jitter: '9000h' }, 'x-vx11.schedule.0.jitter: "9000h" is too long'],
    [{ name: 'nightly' }, 'x-vx11.schedule.0: say when it runs: cron, such as'],
    [{ ...nightly, suites: ['ordres'] }, 'no suite and no service ordres. Did you mean orders?'],
    [{ ...nightly, suites: ['bad'] }, 'x-vx11.schedule.0.suites: x-vx11.suites.2.load: no'],
    [{ ...nightly, cronn: '' }, 'x-vx11.schedule.0: Unrecognized key: "cronn"'],
    [{ ...nightly, name: 'a b' }, 'x-vx11.schedule.0.name: must be letters'],
    ['nightly', 'x-vx11.schedule.0: Invalid input'],
    [null, 'x-vx11.schedule.0: Invalid input'],
  ])('with a mistake says where and what to write: %j', (source, problem) =>
    expect(read(source)[0]!.problems.join('\n')).toContain(problem),
  );
  test('needs a name of its own', () => {
    for (const one of read(nightly, nightly))
      expect(one.problems).toEqual(['several schedules are named nightly']);
  });
});

describe('Temporal is brought in line with the file', () => {
  const declared = read(nightly)[0]!;
  const seen: SeenSchedule = { paused: false, note: null, next: [], skipped: 0, missed: 0 };
  const kept: KeptSchedule = { name: 'nightly', spec: specOf(declared), ...seen };
  const none = { ...kept, spec: '' };
  const off: DeclaredSchedule = { ...declared, paused: true };
  const broken: DeclaredSchedule = { ...declared, problems: ['wrong'] };
  const spec = specOf(declared);
  const ready = { paused: false, note: null };
  const byPeople = { paused: true, note: 'the move' };

  test.each([
    ['a new one is written', declared, null, null, { act: 'write', spec, ...ready }],
    ['an unchanged one is kept', declared, kept, seen, { act: 'keep', ...ready }],
    ['one that left the file is removed', null, kept, seen, { act: 'remove', forget: true }],
    ['one that is nowhere needs nothing', null, null, null, { act: 'none' }],
    ['one with a mistake stops', broken, kept, seen, { act: 'remove', forget: false }],
    ['one with a mistake that stopped needs nothing', broken, none, null, { act: 'none' }],
    ['one with a mistake is noted as such', broken, kept, null, { act: 'remove', forget: false }],
    [
      'one whose writing was cut off is removed with its line',
      null,
      none,
      null,
      { act: 'remove', forget: true },
    ],
    [
      'a pause of the file whose writing was cut off is no pause by people',
      declared,
      none,
      { ...seen, paused: true },
      { act: 'write', spec, ...ready },
    ],
    ['one that Temporal lost is written', declared, kept, null, { act: 'write', spec, ...ready }],
    [
      'a pause by people in Temporal counts',
      declared,
      kept,
      { ...seen, ...byPeople },
      { act: 'keep', ...byPeople },
    ],
    [
      'a pause by people outlives the loss of Temporal',
      declared,
      { ...kept, ...byPeople },
      null,
      { act: 'write', spec, ...byPeople },
    ],
    [
      'a pause by people outlives a mistake in the file',
      declared,
      { ...kept, ...byPeople, spec: '' },
      null,
      { act: 'write', spec, ...byPeople },
    ],
    [
      'a pause of the file is no pause by people',
      declared,
      { ...kept, spec: specOf(off) },
      { ...seen, paused: true },
      { act: 'write', spec, ...ready },
    ],
    [
      'a pause of the file wins over people',
      off,
      { ...kept, spec: specOf(off) },
      seen,
      { act: 'write', spec: specOf(off), ...ready },
    ],
    [
      'a change of the file is written',
      declared,
      { ...kept, spec: '{"paused":false}' },
      seen,
      { act: 'write', spec, ...ready },
    ],
  ] as const)('%s', (_, file, row, temporal, act) =>
    expect(scheduleAct(file, row, temporal)).toEqual(act),
  );
});
