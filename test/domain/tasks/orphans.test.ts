import { expect, test } from 'vitest';
import { isOrphan } from '../../../domain/tasks/orphans.ts';

const installation = { owner: 'me', boot: 'now', manages: (key: string) => key === 'known' };
const own = { key: 'known', owner: 'me', boot: 'now', deadline: 1000 };

test.each([
  ['of this start that is managed', {}, false],
  ['of this start that is not managed', { key: 'unknown' }, true],
  ['of an earlier start before its deadline', { boot: 'before', deadline: 10_000 }, true],
  ['of another owner before its deadline', { owner: 'you', deadline: 5001 }, false],
  ['of another owner after its deadline', { owner: 'you', deadline: 5000 }, true],
  ['of another owner without a deadline', { owner: 'you', deadline: NaN }, true],
])('a sandbox %s is an orphan: %3$s', (_, change, orphan) =>
  expect(isOrphan({ ...own, ...change }, installation, 5000)).toBe(orphan),
);
