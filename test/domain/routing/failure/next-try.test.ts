import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../../contracts/routing.ts';
import { nextTry, type Eligible, type Try } from '../../../../domain/routing/failure/next-try.ts';
import { decided, request, target } from '../samples.ts';

const ids = ['a/best', 'b/next', 'c/third', 'd/fourth', 'e/fifth'];
const targets = ids.map((id, at) => target({ id, quality: 0.95 - 0.15 * at }));
const record = decided({ targets });
const order = [record.chosen!, ...record.fallbacks.map((row) => record.candidates.id[row]!)];
const all = (change: Record<string, { keys: string[]; context: number | null }> = {}): Eligible =>
  new Map(ids.map((id) => [id, change[id] ?? { keys: ['k1'], context: 100_000 }]));
const failed = (at: number, kind: FailureKind = 'failed', change: Partial<Try> = {}): Try => ({
  target: order[at]!,
  key: 'k1',
  kind,
  content_sent: false,
  ...change,
});

describe('after a failed try', () => {
  test.each<FailureKind>([
    'failed',
    'rate_limited',
    'quota',
    'no_money',
    'unauthorized',
    'no_such_model',
    'lacks_capability',
    'window_ended',
    'bad_answer',
    'truncated',
  ])('that is %s the next target is tried', (kind) => {
    expect(nextTry(record, [failed(0, kind)], all(), 30)).toEqual({
      act: 'try',
      target: order[1],
      key: 'k1',
    });
  });

  test.each<[FailureKind, Partial<Try>, object]>([
    ['bad_request', {}, { how: 'error', code: 'bad_request', retry: false }],
    ['refused', {}, { how: 'answer', code: 'refused' }],
    ['aborted', {}, { how: 'answer', code: 'aborted' }],
    ['cut', { content_sent: true }, { how: 'in_stream', code: 'upstream_error' }],
    ['window_ended', { content_sent: true }, { how: 'in_stream', code: 'upstream_error' }],
  ])('that is %s (%j) none is: %j', (kind, change, stop) => {
    expect(nextTry(record, [failed(0, kind, change)], all(), 30)).toMatchObject({
      act: 'stop',
      ...stop,
    });
  });

  test('of one key the same target is tried with another', () => {
    const eligible = all({ [order[0]!]: { keys: ['k1', 'k2'], context: null } });
    expect(nextTry(record, [failed(0, 'rate_limited')], eligible, 30)).toEqual({
      act: 'try',
      target: order[0],
      key: 'k2',
    });
    expect(nextTry(record, [failed(0, 'failed')], eligible, 30)).toMatchObject({
      target: order[1],
    });
  });

  test('a target that is out by now is skipped', () => {
    const eligible = new Map([...all()].filter(([id]) => id !== order[1]));
    expect(nextTry(record, [failed(0)], eligible, 30)).toMatchObject({ target: order[2] });
  });

  test('there are four tries at most, over different targets', () => {
    const tries: Try[] = [failed(0)];
    for (
      let next = nextTry(record, tries, all(), 30);
      next.act === 'try';
      next = nextTry(record, tries, all(), 30)
    )
      tries.push({ ...failed(0), target: next.target, key: next.key });
    expect(tries.map((one) => one.target)).toEqual(order.slice(0, 4));
  });

  test('past the deadline there is none', () => {
    expect(nextTry(record, [failed(0)], all(), 0)).toMatchObject({
      act: 'stop',
      how: 'error',
      code: 'deadline_exceeded',
    });
  });

  test('a second worthless answer is given as it is', () => {
    const tries = [failed(0, 'bad_answer'), failed(1, 'bad_answer')];
    expect(nextTry(record, tries, all(), 30)).toMatchObject({ act: 'stop', how: 'answer' });
  });
});

describe('when nothing is left to try', () => {
  const nothing: Eligible = new Map();
  test.each<[FailureKind[], string, boolean]>([
    [['rate_limited', 'quota'], 'rate_limit_exceeded', true],
    [['failed', 'rate_limited'], 'upstream_error', false],
    [['failed', 'too_long'], 'context_length_exceeded', false],
    [['failed', 'lacks_capability'], 'bad_request', false],
  ])('after %j the caller gets %s, and may try again: %s', (kinds, code, retry) => {
    const tries = kinds.map((kind, at) => failed(at, kind));
    expect(nextTry(record, tries, nothing, 30)).toEqual({ act: 'stop', how: 'error', code, retry });
  });
});

test('without fallback the only target gets its other keys, and no other target', () => {
  const alone = decided({ targets, request: request({ fallback: false }) });
  const first = { ...failed(0), target: alone.chosen! };
  expect(nextTry(alone, [first], all(), 30)).toMatchObject({ act: 'stop', how: 'error' });
});
