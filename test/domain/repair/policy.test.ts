import { expect, test } from 'vitest';
import { readPolicy } from '../../../domain/repair/policy.ts';

test('without a setting, every patch waits for a person', () => {
  expect(readPolicy(undefined)).toMatchObject({
    ok: true,
    policy: { mode: 'suggest', auto: [], cycles: 3, limit_ms: 1_200_000, settle_ms: 60_000 },
  });
});

test('what protects is added to what is always protected', () => {
  const read = readPolicy({
    protect: ['secret/**'],
    settle: '2s',
    mode: 'apply',
    auto: ['exec_bit'],
  });
  expect(read).toMatchObject({ ok: true, policy: { settle_ms: 2000, auto: ['exec_bit'] } });
  expect(read.ok && read.policy.protect).toEqual(expect.arrayContaining(['secret/**', '.git/**']));
});

test.each([
  [{ mod: 'apply' }, 'x-vx11.repair: Unrecognized key: "mod"'],
  [{ settle: 'soon' }, 'x-vx11.repair.settle: soon is not a duration, such as 60s'],
  [{ auto: ['everything'] }, 'x-vx11.repair.auto: no rule has the class everything'],
  [{ auto: ['model'] }, 'x-vx11.repair.auto: no rule has the class model'],
  ['on', 'x-vx11.repair: Invalid input: expected object, received string'],
])('a mistake is named: %j', (given, problem) => {
  expect(readPolicy(given)).toEqual({ ok: false, problem });
});
