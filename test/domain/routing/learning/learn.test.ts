import { describe, expect, test } from 'vitest';
import { failureKind, type FailureKind } from '../../../../contracts/routing.ts';
import { routingBeliefs } from '../../../../contracts/routing-beliefs.ts';
import {
  countDecision,
  firstTokenBelief,
  lengthBelief,
  noBeliefs,
  okBelief,
  qualityBelief,
  speedBelief,
} from '../../../../domain/routing/learning/beliefs.ts';
import {
  learn,
  learnFeedback,
  rewardOf,
  type Evidence,
} from '../../../../domain/routing/learning/learn.ts';
import { answers, outcome, request, target } from '../samples.ts';

const id = 'shop/model';
const learned = (change: Parameters<typeof outcome>[0]) => {
  const beliefs = noBeliefs();
  learn(beliefs, outcome(change));
  return beliefs;
};
const mean = ({ yes, no }: { yes: number; no: number }): number => yes / (yes + no);

describe('what an outcome teaches', () => {
  test.each<[FailureKind | null, { ok: 0 | 1 | null; quality: number | null; time: boolean }]>([
    [null, { ok: 1, quality: 0.7, time: true }],
    ['failed', { ok: 0, quality: null, time: false }],
    ['cut', { ok: 0, quality: null, time: false }],
    ['rate_limited', { ok: 0, quality: null, time: false }],
    ['bad_answer', { ok: 1, quality: 0, time: false }],
    ['truncated', { ok: 1, quality: 0, time: false }],
    ['refused', { ok: 1, quality: 0, time: false }],
    ['aborted', { ok: null, quality: null, time: true }],
    ...(
      [
        'quota',
        'no_money',
        'unauthorized',
        'no_such_model',
        'too_long',
        'bad_request',
        'lacks_capability',
        'window_ended',
        'internal',
      ] as const
    ).map((kind): [FailureKind, { ok: null; quality: null; time: false }] => [
      kind,
      { ok: null, quality: null, time: false },
    ]),
  ])('%s: %j', (failure, expected) => {
    const { ok, quality, first_token, speed, length } = learned({ failure });
    expect(ok[id]?.yes ?? null).toBe(expected.ok);
    expect(quality[id]?.chat?.yes ?? null).toBe(expected.quality);
    expect([id in first_token, id in speed]).toEqual([expected.time, expected.time]);
    expect('chat' in length).toBe(failure === null);
  });

  test('every kind of failure has a row above', () => {
    const rows = new Set([
      'failed',
      'cut',
      'rate_limited',
      'bad_answer',
      'truncated',
      'refused',
      'aborted',
      'quota',
      'no_money',
      'unauthorized',
      'no_such_model',
      'too_long',
      'bad_request',
      'lacks_capability',
      'window_ended',
      'internal',
    ]);
    expect(rows).toEqual(new Set(failureKind.options));
  });

  test.each<[string, Evidence, number]>([
    [
      'what the caller says before everything',
      { feedback: 0.2, verdict: true, toolCalls: true },
      0.2,
    ],
    ['a test before its form', { verdict: false, toolCalls: true }, 0],
    ['tool calls that can be read', { toolCalls: true }, 1],
    ['a complete answer for probably good', {}, 0.7],
  ])('takes %s', (_, evidence, reward) => {
    expect(rewardOf({ failure: null, evidence })).toBe(reward);
  });

  test('a provider that fails fast does not look fast', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 10, { first_token_seconds: 2 });
    const before = firstTokenBelief(beliefs, target());
    answers(beliefs, 50, { failure: 'failed', first_token_seconds: 0.01 });
    expect(firstTokenBelief(beliefs, target())).toEqual(before);
    expect(mean(okBelief(beliefs, id))).toBeLessThan(0.5);
  });

  test('a long answer does not make a target look slow', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 50, { tokens_out: 5000, stream_seconds: 50 });
    expect(Math.exp(speedBelief(beliefs, target()).mean)).toBeCloseTo(100, -1);
    expect(lengthBelief(beliefs, 'chat')).toBeGreaterThan(3000);
    expect(lengthBelief(beliefs, 'code')).toBe(lengthBelief(noBeliefs(), 'code'));
  });
});

describe('a belief', () => {
  test('begins at the first guess, and moves to what is seen', () => {
    const beliefs = noBeliefs();
    const one = target({ quality: 0.9 });
    expect(mean(qualityBelief(beliefs, one, 'chat'))).toBeCloseTo(0.9);
    answers(beliefs, 40, { evidence: { verdict: false } });
    expect(mean(qualityBelief(beliefs, one, 'chat'))).toBeLessThan(0.1);
  });

  test('of a type that was not seen moves with the other types', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 100, { evidence: { feedback: 0.1 }, request: request({ type: 'code' }) });
    expect(mean(qualityBelief(beliefs, target({ quality: 0.9 }), 'chat'))).toBeCloseTo(0.1, 1);
  });

  test('forgets how sure it was while other targets are used, and not what it knew', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 100, { evidence: { feedback: 0.2 } });
    const sure = qualityBelief(beliefs, target(), 'chat');
    for (let at = 0; at < 2000; at += 1) countDecision(beliefs, 'chat', false);
    const later = qualityBelief(beliefs, target(), 'chat');
    expect(later.yes + later.no).toBeLessThan((sure.yes + sure.no) / 4);
    expect(mean(later)).toBeLessThan(0.35);
  });

  test('of its answering forgets a failure within some hundred decisions', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 5, { failure: 'failed' });
    const fresh = mean(okBelief(beliefs, id));
    for (let at = 0; at < 1200; at += 1) countDecision(beliefs, 'chat', false);
    expect(fresh).toBeLessThan(0.8);
    expect(mean(okBelief(beliefs, id))).toBeGreaterThan(0.93);
  });

  test('follows a target that gets worse', () => {
    const beliefs = noBeliefs();
    answers(beliefs, 1000, { evidence: { verdict: true } });
    answers(beliefs, 150, { evidence: { verdict: false } });
    expect(mean(qualityBelief(beliefs, target(), 'chat'))).toBeLessThan(0.5);
  });
});

describe('feedback', () => {
  test('replaces what was assumed of the answer', () => {
    const assumed = learned({});
    learnFeedback(assumed, { target: id, type: 'chat' }, { outcome: 0.7, round: 0 }, 0);
    const reported = learned({ evidence: { feedback: 0 } });
    const [one, other] = [assumed, reported].map((beliefs) =>
      qualityBelief(beliefs, target(), 'chat'),
    );
    expect(one!.yes).toBeCloseTo(other!.yes);
    expect(one!.no).toBeCloseTo(other!.no);
  });

  test('for an answer of long ago counts less', () => {
    const beliefs = learned({});
    for (let at = 0; at < 1000; at += 1) countDecision(beliefs, 'chat', false);
    const before = mean(qualityBelief(beliefs, target(), 'chat'));
    learnFeedback(beliefs, { target: id, type: 'chat' }, { outcome: 0.7, round: 0 }, 0);
    const after = mean(qualityBelief(beliefs, target(), 'chat'));
    expect(before - after).toBeGreaterThan(0);
    expect(before - after).toBeLessThan(0.05);
  });
});

test('beliefs are plain JSON, and have one row per target and type after any number of outcomes', () => {
  const beliefs = noBeliefs();
  for (let at = 0; at < 20_000; at += 1) {
    countDecision(beliefs, at % 2 === 0 ? 'chat' : 'code', at % 100 === 0);
    learn(
      beliefs,
      outcome({
        target: `shop/${at % 5}`,
        request: request({ type: at % 2 === 0 ? 'chat' : 'code' }),
        reported_tokens_in: 900,
      }),
    );
  }
  const text = JSON.stringify(beliefs);
  expect(routingBeliefs.parse(JSON.parse(text))).toEqual(beliefs);
  expect(text.length).toBeLessThan(6000);
});
