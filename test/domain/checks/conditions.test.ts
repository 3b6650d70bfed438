import { describe, expect, test } from 'vitest';
import { parseCondition, type CheckKind } from '../../../domain/checks/condition.ts';
import { evaluate, isLike } from '../../../domain/checks/evaluate.ts';

const body = {
  status: 'ok',
  count: 1,
  one: '1',
  list: [{ id: 7 }, 'b'],
  'a.key': true,
  none: null,
  user: { name: 'ann bell' },
};
const facts = {
  STATUS: 200,
  BODY: body,
  RESPONSE_TIME: 120,
  CONNECTED: true,
  CONTEXT: { id: '7' },
};
const decide = (condition: string, seen: object = facts, kind: CheckKind = 'http') =>
  evaluate(parseCondition(condition, kind), { ...seen });

describe('a condition that holds', () => {
  test.each([
    '[STATUS] == 200',
    '200 == [STATUS]',
    '[STATUS] == any(200, 429)',
    '[STATUS] != any(500, 503)',
    '[STATUS] < 300',
    '[BODY].status == ok',
    '[BODY].one == 1',
    '[BODY].count == 1',
    '[BODY].count == 1.0',
    '[BODY].list[0].id == 7',
    '[BODY].list[0].id == [CONTEXT].id',
    "[BODY]['a.key'] == true",
    '[BODY].none == null',
    'len([BODY].list) == 2',
    'len([BODY].status) == 2',
    'len([BODY]) > 3',
    'has([BODY].user.name) == true',
    'has([BODY].nope) == false',
    'has([BODY].none) == false',
    '[BODY].user.name == ann bell',
    '[BODY].user.name == any(bob, ann bell)',
    '[BODY].user.name == pat(ann*)',
    '[BODY].user.name != pat(*bob*)',
    '[RESPONSE_TIME] < 500',
    '[RESPONSE_TIME] < 1s',
    '[CONNECTED] == true',
  ])('%s', (condition) => expect(decide(condition)).toMatchObject({ holds: true }));
});

describe('a condition that does not hold', () => {
  test.each([
    ['[STATUS] == 404', '[STATUS] (200) == 404'],
    ['[BODY].nope == 1', '[BODY].nope == 1: there is no such value'],
    // nothing was seen, so neither is a difference
    ['[BODY].nope != 1', '[BODY].nope != 1: there is no such value'],
    ['[BODY].list.first == 1', '[BODY].list.first == 1: there is no such value'],
    ['[BODY].toString == x', '[BODY].toString == x: there is no such value'],
    ['[BODY].status < 3', '[BODY].status (ok) < 3: not two numbers'],
    ['len([BODY].count) == 1', 'len([BODY].count) == 1: it has no length'],
  ])('%s', (condition, shown) => expect(decide(condition)).toEqual({ holds: false, shown }));

  test('on a path into a body that is not JSON', () =>
    expect(decide('[BODY].id == 1', { BODY: 'oops' })).toEqual({
      holds: false,
      shown: '[BODY].id == 1: [BODY] is not JSON',
    }));

  test('on what was not seen, so that nothing measured is never green', () =>
    expect(decide('[RESPONSE_TIME] < 500', {}).holds).toBe(false));
});

describe('a condition is refused when it is read', () => {
  test.each<[string, string, CheckKind?]>([
    ['[STATUS] 200', 'has no operator'],
    ['[STATUS]==200', 'has no operator'],
    ['[STATUS] == ', 'has no operator'],
    ['200 == 200', 'looks at nothing'],
    ['[STAUS] == 200', '[STAUS] is not known'],
    ['[STATUS].x == 1', 'only [BODY] and [CONTEXT] have a path'],
    ['[BODY]..x == 1', 'the path after [BODY] is not valid'],
    ['[CONTEXT] == 1', 'say which value'],
    ['count([BODY]) == 1', 'count() is not known'],
    ['[STATUS] < any(1, 2)', 'go with == or !='],
    ['[STATUS] == 200', '[STATUS] is not known in a check of kind tcp', 'tcp'],
    ['[CONNECTED] == true', 'is not known in a check of kind container', 'container'],
  ])('%s', (condition, problem, kind = 'http') =>
    expect(() => parseCondition(condition, kind)).toThrow(problem),
  );
});

test.each([
  ['abc', 'a*c', true],
  ['abc', '*', true],
  ['abc', 'abc', true],
  ['abc', 'ab', false],
  ['aba', 'ab*ba', false],
  ['a.c', 'a?c', false],
  ['', '*', true],
])('%s fits %s: %s', (text, pattern, fits) => expect(isLike(text, pattern)).toBe(fits));

// backtracking would not come to an end here
test('a pattern of many stars over a long text is decided', () =>
  expect(isLike('a'.repeat(100_000), '*a'.repeat(50) + 'b')).toBe(false));
