import { describe, expect, test } from 'vitest';
import type { RoutingTarget, SleepFacts } from '../../../contracts/routing.ts';
import { countDecision, noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { answers, asleep, decided, request, target } from './samples.ts';

/** Well known and good. */
const good = target({ id: 'good/known', quality: 0.9 });
/** Unknown, and expected to be poor, so that only a draw can prefer it. */
const poor = (change: Partial<RoutingTarget> = {}) =>
  target({ id: 'poor/unknown', quality: 0.35, ...change });
const knowing = () => {
  const beliefs = noBeliefs();
  answers(beliefs, 200, { target: 'good/known', evidence: { feedback: 0.9 } });
  return beliefs;
};
const seeds = Array.from({ length: 400 }, (_, seed) => seed);

type Situation = Parameters<typeof decided>[0];
const explorations = (situation: Omit<Situation, 'seed'>): number =>
  seeds.filter((seed) => {
    const record = decided({ beliefs: knowing(), ...situation, seed });
    expect(record.explored).toBe(record.chosen === 'poor/unknown');
    return record.explored;
  }).length;

describe('a target that is worse by its mean', () => {
  test('is explored now and then', () => {
    expect(explorations({ targets: [good, poor()] })).toBeGreaterThan(2);
  });

  test.each<[string, Omit<Situation, 'seed'>]>([
    ['in CRITICAL mode', { targets: [good, poor()], weights: weightsOf.CRITICAL }],
    [
      'without a token for it',
      { targets: [good, poor()], beliefs: { ...knowing(), explore_tokens: 0.9 } },
    ],
    ['if it has to be woken', { targets: [good, poor({ sleep: asleep() })] }],
    [
      'if it costs more than three times as much, and more than usual',
      { targets: [good, poor({ price: { in: 10, out: 40, cached: 1 } })] },
    ],
    [
      'if nothing may follow it',
      { targets: [good, poor()], request: request({ fallback: false }) },
    ],
    [
      'close to the deadline',
      { targets: [good, poor()], request: request({ deadline_seconds: 4 }) },
    ],
  ])('is never explored %s', (_, situation) => {
    expect(explorations(situation)).toBe(0);
  });

  test('is explored in at most 2 % of many decisions, whatever is drawn', () => {
    const beliefs = noBeliefs();
    beliefs.explore_tokens = 0;
    let explored = 0;
    for (let at = 0; at < 10_000; at += 1) {
      countDecision(beliefs, 'chat', beliefs.explore_tokens >= 1);
      if (beliefs.explore_tokens < 0.02) explored += 1;
    }
    expect(explored).toBeLessThanOrEqual(200);
    for (let at = 0; at < 10_000; at += 1) countDecision(beliefs, 'chat', false);
    expect(beliefs.explore_tokens).toBeLessThanOrEqual(5);
  });
});

describe('modes', () => {
  const cheap = target({
    id: 'cheap/one',
    quality: 0.6,
    price: { in: 0.1, out: 0.3, cached: 0.1 },
  });
  const dear = target({ id: 'dear/one', quality: 0.95, price: { in: 3, out: 15, cached: 1 } });
  const beliefs = noBeliefs();
  answers(beliefs, 100, { target: 'cheap/one', evidence: { feedback: 0.6 } });
  answers(beliefs, 100, { target: 'dear/one', evidence: { feedback: 0.95 } });

  test.each([
    ['ECO', 'cheap/one'],
    ['BALANCED', 'cheap/one'],
    ['HIGH-PERF', 'dear/one'],
    ['CRITICAL', 'dear/one'],
  ] as const)('%s prefers %s, from the same beliefs', (mode, chosen) => {
    expect(decided({ targets: [cheap, dear], beliefs, weights: weightsOf[mode] }).chosen).toBe(
      chosen,
    );
  });

  test('a critical request takes the best by mean, whatever the seed', () => {
    const near = [target({ id: 'a/one', quality: 0.7 }), target({ id: 'b/two', quality: 0.69 })];
    const chosen = seeds.map(
      (seed) => decided({ targets: near, weights: weightsOf.CRITICAL, seed }).chosen,
    );
    expect(new Set(chosen)).toEqual(new Set(['a/one']));
  });
});

describe('sleeping targets', () => {
  /** A machine's own model, free, beside a small hosted one. */
  const own = (sleep: Partial<SleepFacts>) =>
    target({
      id: 'local/smol',
      quality: 0.8,
      price: { in: 0, out: 0, cached: 0 },
      sleep: asleep(sleep),
    });
  const hosted = target({
    id: 'hosted/model',
    quality: 0.75,
    price: { in: 0.2, out: 0.6, cached: 0.1 },
  });

  test.each([
    [1, 0, 'hosted/model'],
    [50, 5, 'local/smol'],
  ])('a 9 s wake for %i requests within its window, %i a minute: %s is best', (_, rate, best) => {
    const targets = [own({ requests_per_minute: rate }), hosted];
    expect(decided({ targets }).first[0]!.id).toBe(best);
  });

  test('nothing is woken that is not the best by mean, whatever is drawn', () => {
    const targets = [own({ requests_per_minute: 0 }), hosted];
    for (const seed of seeds) expect(decided({ targets, seed }).chosen).toBe('hosted/model');
  });

  test('the price of a window counts as money', () => {
    const dear = own({ requests_per_minute: 5, usd_per_minute: 1 });
    expect(decided({ targets: [dear, hosted] }).first[0]!.id).toBe('hosted/model');
  });

  test('a critical request wakes nothing if something awake is nearly as good', () => {
    const weights = weightsOf.CRITICAL;
    const better = own({ requests_per_minute: 50 });
    expect(decided({ targets: [better, hosted], weights }).chosen).toBe('hosted/model');
    const worse = target({ ...hosted, quality: 0.5 });
    expect(decided({ targets: [better, worse], weights }).chosen).toBe('local/smol');
  });
});

describe('what is held back', () => {
  const usual = target({ id: 'usual/model', quality: 0.3 });
  const last = target({ id: 'last/resort', quality: 0.95, last_resort: true });

  test('a last resort is chosen only if nothing else is eligible, and comes last', () => {
    const record = decided({ targets: [last, usual] });
    expect(record.chosen).toBe('usual/model');
    expect(record.fallbacks.map((row) => record.candidates.id[row])).toEqual(['last/resort']);
    expect(decided({ targets: [last, { ...usual, enabled: false }] }).chosen).toBe('last/resort');
  });

  test('a target whose breaker closes gets its share of the traffic', () => {
    const back = target({ id: 'back/again', quality: 0.95, share: 0.1 });
    const got = seeds.filter(
      (seed) => decided({ targets: [back, usual], seed }).chosen === 'back/again',
    );
    expect(got.length / seeds.length).toBeGreaterThan(0.05);
    expect(got.length / seeds.length).toBeLessThan(0.15);
  });

  test('a target whose breaker closes gets everything if there is no other', () => {
    const alone = target({ share: 0.1 });
    for (const seed of seeds) expect(decided({ targets: [alone], seed }).chosen).toBe(alone.id);
  });
});

test('a conversation stays where its prompt cache is warm, unless the gain is larger', () => {
  const long = { bytes_in: 80_000, warm: { target: 'warm/one', tokens: 19_000 } };
  const targets = (quality: number) => [
    target({ id: 'warm/one', quality: 0.7 }),
    target({ id: 'other/one', quality }),
  ];
  const best = (quality: number, asked: object) =>
    decided({
      targets: targets(quality),
      request: request(asked),
      weights: weightsOf['HIGH-PERF'],
    }).first[0]!.id;
  expect(best(0.72, { bytes_in: 80_000 })).toBe('other/one');
  expect(best(0.72, long)).toBe('warm/one');
  expect(best(0.98, long)).toBe('other/one');
});
