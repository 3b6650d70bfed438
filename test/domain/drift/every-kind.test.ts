import { expect, test } from 'vitest';
import { driftKind, type DriftKind } from '../../../contracts/drift.ts';
import { judge } from '../../../domain/drift/judge.ts';
import { seeds, untouchedFacts } from './seeds.ts';

const kinds = driftKind.options;
const found = (...of: DriftKind[]): string[] => {
  const facts = untouchedFacts();
  for (const kind of of) seeds[kind][1](facts);
  return judge(facts).map(({ kind, path }) => `${kind} ${path}`);
};

test('what nobody touched has no finding', () => {
  expect(found()).toEqual([]);
});

test.each(kinds)('%s is found, with its path', (kind) => {
  expect(found(kind)).toContain(`${kind} ${seeds[kind][0]}`);
});

test('of two things at once, both are found in 95 % of the pairs', () => {
  const pairs = kinds.flatMap((one, at) =>
    kinds.slice(at + 1).map((other) => [one, other] as const),
  );
  const partly: string[] = [];
  const unseen: string[] = [];
  for (const pair of pairs) {
    const all = found(...pair);
    const count = pair.filter((kind) => all.includes(`${kind} ${seeds[kind][0]}`)).length;
    if (count < 2) partly.push(pair.join(' + '));
    if (count === 0) unseen.push(pair.join(' + '));
  }
  expect(1 - partly.length / pairs.length, partly.join(', ')).toBeGreaterThanOrEqual(0.95);
  // three containers where three are declared
  expect(unseen).toEqual(['replica_missing + replica_extra']);
});
