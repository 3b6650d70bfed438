import { describe, expect, test } from 'vitest';
import type { FailureKind, RoutingTarget } from '../../../contracts/routing.ts';
import type { DecisionRecord } from '../../../contracts/routing-decision.ts';
import {
  breakerAfter,
  breakerBlock,
  closedBreaker,
  probeStarted,
  shareOf,
} from '../../../domain/routing/failure/breaker.ts';
import {
  blockOf,
  cooldownAfter,
  scopeOf,
  whenSent,
  type Cooldown,
} from '../../../domain/routing/failure/cooldown.ts';
import { nextTry, type Eligible, type Try } from '../../../domain/routing/failure/next-try.ts';
import { kindOf, reportedContext } from '../../../domain/routing/failure/upstream-error.ts';
import { noBeliefs, okBelief } from '../../../domain/routing/learning/beliefs.ts';
import { learn } from '../../../domain/routing/learning/learn.ts';
import { wasTruncated } from '../../../domain/routing/learning/tokens.ts';
import { learnWake, noWakes } from '../../../domain/routing/learning/wake.ts';
import { quote } from '../../../domain/routing/quote.ts';
import { taskTypeOf } from '../../../domain/routing/task-type.ts';
import { asleep, decided, minute, now, outcome, request, second, target } from './samples.ts';

// What users of other routers complained of, each with the outcome that is right. The names in the titles are their issues.

const hour = 60 * minute;
const middle = (): number => 0.5;
const error = { status: null, code: null, message: '', retry_after_ms: null, content_sent: false };
const eligible = (record: DecisionRecord): Eligible =>
  new Map(record.candidates.id.map((id) => [id, { keys: ['k1'], context: null }]));
const failedTry = (record: DecisionRecord, kind: FailureKind, change: Partial<Try> = {}): Try => ({
  target: record.chosen!,
  key: 'k1',
  kind,
  content_sent: false,
  ...change,
});
const two = [target({ id: 'a/first', quality: 0.9 }), target({ id: 'b/second', quality: 0.5 })];

describe('CLIProxyAPI', () => {
  test('5277: a wait of six days is probed after an hour, and a success ends it at once', () => {
    const limited = kindOf({ ...error, status: 429, retry_after_ms: 6 * 24 * hour });
    const cooldown = cooldownAfter(null, limited, 6 * 24 * hour, now, middle)!;
    const at = (one: Cooldown | null, ms: number) =>
      decided({ targets: [target({ keys: [{ id: 'k1', block: blockOf(one, ms) }] })], at: ms });
    expect(at(cooldown, now + hour - second).excluded[0]!.reasons).toEqual(['quota']);
    expect(at(cooldown, now + hour).chosen).toBe('shop/model');
    const probing = whenSent(cooldown, now + hour);
    expect(at(probing, now + hour + second).chosen).toBeNull();
    // no cooldown is what a success, or a person, leaves
    expect(at(null, now + hour + second).chosen).toBe('shop/model');
  });

  test('5286: a limit of the account cools its key for all models, one of a model only that model', () => {
    expect(scopeOf('rate_limited', true)).toBe('key');
    expect(scopeOf('rate_limited', false)).toBe('key_model');
    const block = blockOf(cooldownAfter(null, 'rate_limited', 30 * second, now, middle), now);
    const keys = Array.from({ length: 8 }, (_, at) => ({
      id: `k${at}`,
      block: at === 0 ? block : null,
    }));
    expect(decided({ targets: [target({ keys })] }).chosen).toBe('shop/model');
  });
});

describe('LiteLLM', () => {
  test('34836: a target that fails 25 times is out after the third, and gets nothing until its time', () => {
    let breaker = closedBreaker;
    const sent: number[] = [];
    for (let time = 0; time < 25; time += 1) {
      const at = now + time * 5 * second;
      const bad = target({
        id: 'a/bad',
        quality: 0.95,
        block: breakerBlock(breaker, at),
        share: shareOf(breaker),
      });
      const { chosen } = decided({
        targets: [bad, target({ id: 'b/good', quality: 0.3 })],
        at,
        seed: time,
      });
      if (chosen !== 'a/bad') continue;
      sent.push(time);
      breaker = breakerAfter(probeStarted(breaker, at), false, at);
    }
    // three, then one probe after 30 s, and one after 60 s more
    expect(sent).toEqual([0, 1, 2, 8, 20]);
  });

  test('35104: each failing target of a chain is counted, and the wait of a fallback is kept', () => {
    const beliefs = noBeliefs();
    const record = decided({ targets: two, beliefs });
    const chain: [string, FailureKind][] = [
      [record.chosen!, 'failed'],
      ['b/second', 'rate_limited'],
    ];
    for (const [id, failure] of chain) learn(beliefs, outcome({ target: id, failure }));
    for (const [id] of chain) expect(okBelief(beliefs, id).no).toBeGreaterThan(1);
    const cooldown = cooldownAfter(null, 'rate_limited', 42 * second, now, middle);
    expect(blockOf(cooldown, now)).toEqual({ reason: 'cooling', until_ms: now + 42 * second });
  });

  test('6957: an error in a 200 before any content goes to the next target, silently', () => {
    const record = decided({ targets: two });
    const kind = kindOf({ ...error, message: 'upstream overloaded' });
    expect(nextTry(record, [failedTry(record, kind)], eligible(record), 30)).toMatchObject({
      act: 'try',
      target: 'b/second',
    });
  });

  test('32835: after content no second answer follows, only one error inside the stream', () => {
    const record = decided({ targets: two });
    const kind = kindOf({ ...error, message: 'upstream overloaded', content_sent: true });
    const cut = failedTry(record, kind, { content_sent: true });
    expect(nextTry(record, [cut], eligible(record), 30)).toMatchObject({
      act: 'stop',
      how: 'in_stream',
    });
  });

  test.each([
    ['without fallback', { fallback: false }],
    ['with a named model', { named: 'a/first' }],
  ])('19077: a request %s never silently becomes another', (_, change) => {
    const record = decided({ targets: two, request: request(change) });
    expect(record.fallbacks).toEqual([]);
    expect(nextTry(record, [failedTry(record, 'failed')], eligible(record), 30)).toMatchObject({
      act: 'stop',
      how: 'error',
    });
    const off = decided({
      targets: [{ ...two[0]!, enabled: false }, two[1]!],
      request: request({ named: 'a/first' }),
    });
    expect(off.chosen).toBeNull();
  });

  test('38610: if all fail before content, the caller gets an error and no stream', () => {
    const record = decided({ targets: two });
    const tries = [
      failedTry(record, 'failed'),
      failedTry(record, 'failed', { target: 'b/second' }),
    ];
    expect(nextTry(record, tries, eligible(record), 30)).toEqual({
      act: 'stop',
      how: 'error',
      code: 'upstream_error',
      retry: false,
    });
  });

  test('31557: a fallback that is too small for the prompt is skipped with its reason, and the chain goes on', () => {
    const small = target({ id: 'b/small', quality: 0.8, context: 4096 });
    const record = decided({
      targets: [two[0]!, small, target({ id: 'c/large', quality: 0.3 })],
      request: request({ bytes_in: 40_000 }),
    });
    expect(record.excluded).toMatchObject([{ id: 'b/small', reasons: ['context_too_small'] }]);
    expect(record.fallbacks.map((row) => record.candidates.id[row])).toEqual(['c/large']);
  });

  test('10793: an overflow in other words, or inside a 200, is no failure of the target; a larger one is tried', () => {
    const message = 'The input (9000 tokens) is longer than the context length of 8192 tokens';
    const kind = kindOf({ ...error, message });
    expect([kind, reportedContext('maximum context length is 8192')]).toEqual(['too_long', 8192]);
    const beliefs = noBeliefs();
    learn(beliefs, outcome({ failure: kind }));
    expect(beliefs).toEqual(noBeliefs());
    const record = decided({ targets: two });
    const contexts = (other: number): Eligible =>
      new Map([
        [record.chosen!, { keys: ['k1'], context: 8192 }],
        ['b/second', { keys: ['k1'], context: other }],
      ]);
    const tries = [failedTry(record, kind)];
    expect(nextTry(record, tries, contexts(32_768), 30)).toMatchObject({
      act: 'try',
      target: 'b/second',
    });
    expect(nextTry(record, tries, contexts(8192), 30)).toMatchObject({
      act: 'stop',
      code: 'context_length_exceeded',
    });
  });

  test('26672: of 20 calls at once with a budget for 5, 5 are admitted', () => {
    const asked = request({ max_output: 500 });
    const price = quote(target(), asked, noBeliefs(), 300).worst_cost!;
    let [budget, admitted] = [5.5 * price, 0];
    for (let call = 0; call < 20; call += 1) {
      const { chosen } = decided({
        targets: [target()],
        request: { ...asked, budget_left_usd: budget },
        seed: call,
      });
      if (chosen === null) continue;
      admitted += 1;
      budget -= price; // what is reserved before a call is its longest answer
    }
    expect(admitted).toBe(5);
    expect(budget).toBeGreaterThanOrEqual(0);
  });

  test('38078: a conversation stays where its prompt cache is warm', () => {
    const pair = [target({ id: 'a/one', quality: 0.7 }), target({ id: 'b/two', quality: 0.71 })];
    const asked = request({ bytes_in: 80_000, warm: { target: 'a/one', tokens: 19_000 } });
    const seeds = Array.from(
      { length: 50 },
      (_, seed) => decided({ targets: pair, request: asked, seed }).first[0]!.id,
    );
    expect(new Set(seeds)).toEqual(new Set(['a/one']));
  });

  test('18160: a history that a target cannot take keeps it out', () => {
    const gemini = target({ id: 'g/gemini', family: 'gemini', quality: 0.3 });
    const record = decided({
      targets: [...two, gemini],
      request: request({ families: ['gemini'] }),
    });
    expect(record.chosen).toBe('g/gemini');
    expect(record.excluded.map(({ reasons }) => reasons)).toEqual([
      ['history_not_portable'],
      ['history_not_portable'],
    ]);
  });
});

describe('Ollama', () => {
  test('4967: a prompt of 8 K tokens is not sent to a server that runs 4,096', () => {
    const server = target({ id: 'ollama/big', quality: 0.95, context: 4096 });
    const record = decided({ targets: [server, two[1]!], request: request({ bytes_in: 32_000 }) });
    expect(record.chosen).toBe('b/second');
    expect(record.excluded[0]!.reasons).toEqual(['context_too_small']);
  });

  test('17889: a server that read only a part of the prompt has not succeeded', () => {
    const asked = request({ bytes_in: 40_000 });
    const beliefs = noBeliefs();
    expect(wasTruncated(beliefs, target(), asked, 4095)).toBe(true);
    learn(beliefs, outcome({ failure: 'truncated' }));
    expect(beliefs.quality['shop/model']!.chat).toMatchObject({ yes: 0, no: 1 });
  });
});

describe('otari, free-coding-models and apisix', () => {
  test.each([404, 410, 529, 402, 401])('173: %i of one target goes to the next', (status) => {
    const record = decided({ targets: two });
    const kind = kindOf({ ...error, status });
    expect(nextTry(record, [failedTry(record, kind)], eligible(record), 30)).toMatchObject({
      act: 'try',
      target: 'b/second',
    });
  });

  test.each([400, 422])(
    '13852: %i goes back to the caller, and nothing is burnt or learned',
    (status) => {
      const record = decided({ targets: two });
      const kind = kindOf({ ...error, status, message: 'messages[0].role is invalid' });
      expect(nextTry(record, [failedTry(record, kind)], eligible(record), 30)).toMatchObject({
        act: 'stop',
        code: 'bad_request',
        retry: false,
      });
      expect(cooldownAfter(null, kind, null, now, middle)).toBeNull();
    },
  );
});

test('llxprt 2460: if all are limited the first one is waited for within the deadline, else the shortest wait is returned', () => {
  const limited = (id: string, ms: number): RoutingTarget =>
    target({ id, block: { reason: 'cooling', until_ms: now + ms } });
  const targets = [limited('a/one', 40 * second), limited('b/two', 8 * second)];
  const none = (deadline_seconds: number) =>
    decided({ targets, request: request({ deadline_seconds }) }).none;
  expect(none(60)).toEqual({
    act: 'wait',
    error: 'rate_limit_exceeded',
    until_ms: now + 8 * second,
  });
  expect(none(5)).toEqual({
    act: 'refuse',
    error: 'rate_limit_exceeded',
    until_ms: now + 8 * second,
  });
});

test('semantic-router 1458: “commit it” after ten turns of code is still code', () => {
  const texts = ['Refactor the parser', ...Array.from({ length: 9 }, () => 'go on'), 'commit it'];
  const asked = { said: null, texts, has_pictures: false, has_audio: false, uses_tools: false };
  expect(taskTypeOf({ ...asked, before: 'code' })).toBe('code');
});

test('llama-swap 289: a start that failed is tried again by itself', () => {
  const failed = learnWake(learnWake(noWakes, null, now), null, now + minute);
  const at = (ms: number) =>
    decided({
      targets: [target({ sleep: asleep({ blocked_until_ms: failed.blocked_until_ms }) })],
      at: ms,
    }).chosen;
  expect(at(now + 2 * minute)).toBeNull();
  expect(at(now + 3 * minute)).toBe('shop/model');
});
