import { describe, expect, test } from 'vitest';
import { decisionExplanation, decisionRecord } from '../../../contracts/routing-decision.ts';
import { choiceProbability, replay } from '../../../domain/routing/replay.ts';
import { explain } from '../../../domain/routing/explain.ts';
import recorded from './recorded-decisions.json' with { type: 'json' };
import { anySituation, decided, target } from './samples.ts';

const records = Array.from({ length: 1000 }, (_, seed) => decided(anySituation(seed)));

describe('of 1,000 random decisions', () => {
  test('each is replayed with the same bytes', () => {
    for (const record of records)
      expect(JSON.stringify(replay(record))).toBe(JSON.stringify(record));
  });

  test('each is replayed with the same bytes after it was stored as JSON', () => {
    for (const record of records) {
      const text = JSON.stringify(record);
      expect(JSON.stringify(replay(decisionRecord.parse(JSON.parse(text))))).toBe(text);
    }
  });

  test('each gives the same again for the same arguments, and nothing that came in was changed', () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const situation = anySituation(seed);
      expect(decided(situation)).toEqual(records[seed]);
      expect(situation).toEqual(anySituation(seed));
    }
  });

  test('there are some of every kind', () => {
    expect(records.filter(({ chosen }) => chosen === null).length).toBeGreaterThan(20);
    expect(records.filter(({ explored }) => explored).length).toBeGreaterThan(20);
    expect(records.filter(({ fallbacks }) => fallbacks.length > 3).length).toBeGreaterThan(100);
    expect(records.filter(({ held_back }) => held_back.length > 0).length).toBeGreaterThan(100);
    expect(new Set(records.map(({ weights }) => weights.mode)).size).toBe(4);
  });

  test('each target is a candidate or has a reason', () => {
    for (const [seed, { candidates, excluded }] of records.entries()) {
      const ids = anySituation(seed).targets.map(({ id }) => id);
      expect([...candidates.id, ...excluded.map(({ id }) => id)].toSorted()).toEqual(
        ids.toSorted(),
      );
    }
  });

  test('the chosen one and its fallbacks are each candidate once', () => {
    for (const { chosen, fallbacks, candidates, request } of records) {
      const order = [chosen, ...fallbacks.map((row) => candidates.id[row])];
      expect(new Set(order).size).toBe(order.length);
      expect(order.length).toBe(request.fallback ? Math.max(1, candidates.id.length) : 1);
    }
  });

  test('each can be explained', () => {
    for (const record of records.slice(0, 100)) {
      const explanation = decisionExplanation.parse(explain(record));
      expect(explanation.targets[0]?.id ?? null).toBe(record.chosen);
    }
  });
});

test('decisions that another process recorded are replayed with the same bytes', () => {
  expect(recorded.length).toBeGreaterThan(5);
  for (const one of recorded) {
    const record = decisionRecord.parse(one);
    expect(JSON.stringify(replay(record))).toBe(JSON.stringify(one));
  }
});

describe('a decision', () => {
  const two = [target({ id: 'a/one', quality: 0.7 }), target({ id: 'b/two', quality: 0.69 })];

  test('does not depend on the order of targets', () => {
    for (let seed = 0; seed < 200; seed += 1)
      expect(decided({ targets: two.toReversed(), seed }).chosen).toBe(
        decided({ targets: two, seed }).chosen,
      );
  });

  test('between near equals falls on both, and its probability says how often', () => {
    const seeds = Array.from({ length: 400 }, (_, seed) => decided({ targets: two, seed }));
    const share = seeds.filter(({ chosen }) => chosen === 'a/one').length / seeds.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
    const first = seeds.find(({ chosen }) => chosen === 'a/one')!;
    expect(Math.abs(choiceProbability(first)! - share)).toBeLessThan(0.12);
  });

  test('of a record that was changed is not replayed as if it were not', () => {
    const record = decided({ targets: two, seed: 3 });
    const other = record.chosen === 'a/one' ? 'b/two' : 'a/one';
    expect(replay({ ...record, chosen: other }).chosen).toBe(record.chosen);
  });
});
