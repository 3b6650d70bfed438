import { expect, test } from 'vitest';
import type { DriftFinding } from '../../../contracts/drift.ts';
import type { Covered } from '../../../domain/drift/audit.ts';
import { merge } from '../../../domain/drift/merge.ts';
import { findingExample } from './finding-example.ts';

const one = (change: Partial<DriftFinding> = {}): DriftFinding => ({
  ...findingExample,
  ...change,
});
const all: Covered = { services: ['web', 'db'], busy: [], whole: true, containers: 2, read_ms: 1 };
const later = '2026-11-29T13:00:00.000Z';

test('a finding keeps the time since when it stands, and is new once', () => {
  const first = merge([], [one()], all);
  expect(first).toMatchObject({ fresh: 1, gone: 0, appeared: [one()] });
  const next = merge(first.findings, [one({ found_at: later, seen_at: later })], all);
  expect(next).toMatchObject({ fresh: 0, appeared: [], cleared: [] });
  expect(next.findings).toEqual([one({ seen_at: later })]);
});
test('what an audit compared and did not find is cleared', () => {
  expect(merge([one()], [], all)).toMatchObject({ findings: [], gone: 1, cleared: [one()] });
  expect(merge([one({ service: 'left' })], [], all).findings).toEqual([]);
});
test.each([
  ['that was under way', one(), { ...all, busy: ['web'] }],
  ['that it left out', one(), { ...all, whole: false, services: ['db'] }],
  ['as a whole, by an audit of some services', one({ service: null }), { ...all, whole: false }],
])('what is known of a service %s stays', (_, kept, covered) => {
  expect(merge([kept], [], covered)).toMatchObject({ findings: [kept], cleared: [] });
});
test('drift that is pending now is cleared, and not gone', () => {
  const pending = one({ state: 'pending' });
  expect(merge([one()], [pending], all)).toMatchObject({ cleared: [one()], gone: 0 });
  expect(merge([pending], [one()], all)).toMatchObject({ appeared: [one()], fresh: 0 });
});
