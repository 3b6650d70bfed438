import { expect, test } from 'vitest';
import { skipReport, type SkippedTest } from './skipped.ts';

const skipped = (file: string, name: string, note?: string): SkippedTest => ({ file, name, note });
const redis = skipped('test/gateway/http/limits.real.test.ts', 'two gateways with one Redis > a');
const gvisor = skipped('test/cli/doctor.real.test.ts', 'with gVisor > b');

test('a run that skips nothing prints nothing', () => {
  expect(skipReport([], true)).toEqual({ lines: [], fails: false });
});

test('skipped tests are listed by what they need', () => {
  const postgres = skipped('test/gateway/postgres.real.test.ts', 'over Postgres > c');
  const { lines, fails } = skipReport([redis, postgres, gvisor, postgres], false);
  expect(lines).toEqual([
    'Skipped: 4 tests',
    '  needs Redis (apt-get install redis-server)',
    `    ${redis.file} > ${redis.name}`,
    '  needs Postgres (apt-get install postgresql)',
    `    ${postgres.file} > ${postgres.name}`,
    `    ${postgres.file} > ${postgres.name}`,
    '  needs an Engine that offers runsc (gVisor), or VX11_TEST_RUNSC=<path of runsc>',
    `    ${gvisor.file} > ${gvisor.name}`,
  ]);
  expect(fails).toBe(false);
});

test.each([
  ['a test that CI could have run', [redis, gvisor], true],
  ['a test without a known reason', [skipped('test/x.test.ts', 'y')], true],
  ['an optional test only', [gvisor], false],
])('whether CI fails for %s: %#', (_, tests, fails) => {
  expect(skipReport(tests, true).fails).toBe(fails);
});

test('the note of a test is listed as its reason', () => {
  const full = skipped('test/store/disk-full.real.test.ts', 'd', 'mount: permission denied');
  const { lines, fails } = skipReport([full], true);
  expect(lines[1]).toBe('  mount: permission denied');
  expect(fails).toBe(false);
});
