import { expect, test } from 'vitest';
import type { Finding } from '../../../domain/repair/finding.ts';
import { blamed, ranked } from '../../../domain/repair/rank.ts';
import { aCapture } from './a-capture.ts';

const stack = aCapture({
  compose:
    'services:\n  web:\n    image: web:1\n    depends_on: [api]\n  api:\n    image: api:1\n    environment: { DB: "postgres://db:5432" }\n  db:\n    image: db:1\n  noise:\n    image: n:1\n',
});
const finding = (cause: string, more: Partial<Finding> = {}): Finding => ({
  class: 'wrong_port',
  service: 'web',
  cause,
  facts: [{ text: 'x', source: { kind: 'compose' } }],
  guesses: [],
  confidence: 0.5,
  by: 'rule',
  fix: {
    kind: 'change',
    operations: [{ kind: 'create', path: cause, text: 'x', mode: 0o644 }],
  },
  ...more,
});
const order = (...findings: Finding[]): string[] =>
  ranked(findings, stack).map(({ cause }) => cause);

test('the service of the red check comes first, then what it depends on, however certain that is', () => {
  expect(
    order(
      finding('db', { service: 'db', confidence: 1 }),
      finding('api', { service: 'api', confidence: 0.9 }),
      finding('web', { confidence: 0.3 }),
    ),
  ).toEqual(['web', 'api', 'db']);
});

test('at one distance the more certain comes first, and a change before advice', () => {
  const advice = { fix: { kind: 'advice' as const, todo: 'x' } };
  expect(
    order(finding('a'), finding('b', { confidence: 0.9 }), finding('c', advice), finding('d')),
  ).toEqual(['b', 'a', 'd', 'c']);
});

test('a loud neighbour is left out; what concerns the whole stack is not', () => {
  expect(order(finding('noise', { service: 'noise' }), finding('all', { service: null }))).toEqual([
    'all',
  ]);
});

test('a change that is there already is left out', () => {
  const { fix } = finding('a');
  expect(order(finding('a'), finding('again', { fix, confidence: 0.1 }), finding('b'))).toEqual([
    'a',
    'b',
  ]);
});

test('a guess comes last, and is shown and not tried where nothing is proved', () => {
  const guess = finding('guess', { facts: [], confidence: 1 });
  expect(order(guess, finding('db', { service: 'db', confidence: 0.1 }))).toEqual(['db', 'guess']);
  expect(ranked([guess], stack)[0]!.fix.kind).toBe('advice');
});

test('a service is blamed if a red check needs it', () => {
  expect(['web', 'api', 'db', 'noise'].filter(blamed(stack))).toEqual(['web', 'api', 'db']);
});
