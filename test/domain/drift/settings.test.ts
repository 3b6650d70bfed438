import { expect, test } from 'vitest';
import { readDriftSettings } from '../../../domain/drift/settings.ts';

const day = '2026-11-29';
const rule = { kind: 'labels_changed', reason: 'the proxy sets them', until: '2026-12-24' };
const read = (given: unknown) => readDriftSettings(given, day);

test('settings that are left out have their defaults', () => {
  const usual = { watch_seconds: 30, git: 'strict', scans: [], ignore: [], problems: [] };
  expect(read(undefined)).toEqual(usual);
  expect(read(null)).toEqual(usual);
  expect(read({ git: 'off', ignore: [rule] })).toEqual({ ...usual, git: 'off', ignore: [rule] });
});

test.each<[string, unknown, string]>([
  ['an unknown setting', { gti: 'off' }, 'x-vx11.drift.gti'],
  ['a choice that there is not', { git: 'maybe' }, 'x-vx11.drift.git'],
  ['a number that is text', { watch_seconds: '30' }, 'x-vx11.drift.watch_seconds'],
  ['something that is no map', ['off'], 'x-vx11.drift'],
  ['rules that are no list', { ignore: rule }, 'x-vx11.drift.ignore'],
])('%s names itself', (_, given, path) => {
  expect(read(given).problems.map((one) => one.path)).toEqual([path]);
});

const mistakes: [string, object, string][] = [
  ['of an unknown kind', { kind: 'label_changed' }, 'x-vx11.drift.ignore.1.kind'],
  ['without a reason', { reason: '' }, 'x-vx11.drift.ignore.1.reason'],
  ['with a wrong day', { until: '2026-13-01' }, 'x-vx11.drift.ignore.1.until'],
  ['that would last too long', { until: '2027-11-28' }, 'x-vx11.drift.ignore.1.until'],
];
test.each(mistakes)(
  'a rule %s names itself, and the rules and settings around it hold',
  (_, change, path) => {
    const other = { ...rule, path: 'services.web.*' };
    const { ignore, git, problems } = read({
      git: 'off',
      ignore: [rule, { ...rule, ...change }, other],
    });
    expect({ ignore, git }).toEqual({ ignore: [rule, other], git: 'off' });
    expect(problems).toEqual([{ path, detail: expect.any(String) as string }]);
  },
);
