import { describe, expect, test } from 'vitest';
import type { RequestFeatures, RoutingTarget } from '../../../contracts/routing.ts';
import { asleep, decided, minute, now, request, second, target } from './samples.ts';

const cooling = (id: string, ms: number) =>
  target({ id, block: { reason: 'cooling', until_ms: now + ms } });

const none = (targets: RoutingTarget[], asked: Partial<RequestFeatures> = {}) =>
  decided({ targets, request: request(asked) }).none;

describe('if all targets only need time', () => {
  const targets = [
    cooling('a/one', 20 * second),
    cooling('b/two', 5 * second),
    target({ id: 'c/off', enabled: false }),
  ];

  test('the request waits for the first of them, if it answers within the deadline', () => {
    expect(none(targets, { deadline_seconds: 30 })).toEqual({
      act: 'wait',
      error: 'rate_limit_exceeded',
      until_ms: now + 5 * second,
    });
  });

  test.each([[null], [6]])('and the deadline is %s s: a 429 with the shortest wait', (deadline) => {
    expect(none(targets, { deadline_seconds: deadline })).toEqual({
      act: 'refuse',
      error: 'rate_limit_exceeded',
      until_ms: now + 5 * second,
    });
  });

  test('one whose own daily limit is used up is back when its day ends', () => {
    const until_ms = now + 12 * 60 * minute;
    const left = { ...target().left, requests: 0, until_ms };
    const used = target({ id: 'b/two', left });
    expect(none([used])).toEqual({ act: 'refuse', error: 'rate_limit_exceeded', until_ms });
    expect(none([used], { deadline_seconds: 60 })).toMatchObject({ act: 'refuse', until_ms });
    expect(none([used], { deadline_seconds: 13 * 3600 })).toMatchObject({ act: 'wait', until_ms });
    const cooled = { ...used, block: { reason: 'cooling' as const, until_ms: until_ms + second } };
    expect(none([cooled])!.until_ms).toBe(until_ms + second);
  });

  test('one whose daily limit is below the request never takes it', () => {
    const left = { ...target().left, tokens: 100, most_tokens: 200, until_ms: now + minute };
    const { excluded } = decided({ targets: [target({ left })], request: request() });
    expect(excluded[0]).toMatchObject({ reasons: ['quota'], until_ms: null });
  });

  test('one that is only busy is waited for in line', () => {
    const busy = target({ id: 'd/busy', active: 2, concurrency: 2 });
    expect(none([...targets, busy])).toMatchObject({ act: 'queue', error: 'rate_limit_exceeded' });
  });

  test('a target that needs more than time is not waited for', () => {
    const both = { ...cooling('b/two', second), can: [] };
    const { excluded } = decided({ targets: [both], request: request({ needs: ['tools'] }) });
    expect(excluded[0]).toMatchObject({ reasons: ['lacks_tools', 'cooling'], until_ms: null });
  });

  test('a target with two blocks is back after the longer one', () => {
    const both = target({
      block: { reason: 'breaker_open', until_ms: now + second },
      keys: [
        { id: 'k1', block: { reason: 'cooling', until_ms: now + minute } },
        { id: 'k2', block: { reason: 'quota', until_ms: now + 2 * minute } },
      ],
    });
    expect(none([both])!.until_ms).toBe(now + minute);
  });
});

test('if all breakers are open, the error is that of no target, with the shortest wait', () => {
  const open = (id: string, ms: number) =>
    target({ id, block: { reason: 'breaker_open', until_ms: now + ms } });
  expect(none([open('a/one', 9 * second), open('b/two', 5 * second)])).toEqual({
    act: 'refuse',
    error: 'no_target',
    until_ms: now + 5 * second,
  });
});

test.each<[string, Partial<RoutingTarget>, Partial<RequestFeatures>, string]>([
  [
    'for a provider without money',
    { block: { reason: 'no_money', until_ms: now + minute } },
    {},
    'no_target',
  ],
  ['too long for all', { context: 100 }, {}, 'context_length_exceeded'],
  ['over the budget', {}, { budget_left_usd: 0 }, 'budget_exceeded'],
  ['over its own cap', {}, { max_cost_usd: 0 }, 'budget_exceeded'],
  ['for what may not be woken', { sleep: asleep() }, { wake: 'never' }, 'off_by_policy'],
  ['for an unknown name', {}, { named: 'no/such' }, 'model_not_found'],
  ['for what is switched off', { enabled: false }, {}, 'no_target'],
  ['for a named one that is off', { enabled: false }, { named: 'shop/model' }, 'no_target'],
])('a request %s is refused as what it is', (_, change, asked, error) => {
  expect(none([target(change)], asked)).toEqual({ act: 'refuse', error, until_ms: null });
});

test('without any target there is none', () => {
  expect(none([])).toEqual({ act: 'refuse', error: 'no_target', until_ms: null });
});

test('what is nearest to being possible says why it is not', () => {
  const far = target({ id: 'far/one', enabled: false, allowed: false, context: 10 });
  const near = target({ id: 'near/one', sleep: asleep({ may_open: false }) });
  expect(none([far, near])!.error).toBe('off_by_policy');
});
