import { expect, test } from 'vitest';
import { isOrphan } from '../../../domain/tasks/orphans.ts';

const asker = { owner: 'me', boot: 'now', answersFor: (key: string) => key === 'known' };
const mine = { key: 'known', owner: 'me', boot: 'now', deadline: 1000 };

test.each([
  ['that runs for this start is not', {}, false],
  ['that this start has given up is', { key: 'unknown' }, true],
  ['of an earlier start is, before its deadline', { boot: 'before', deadline: 10_000 }, true],
  ['of another owner is not before its deadline', { owner: 'you', deadline: 5001 }, false],
  ['of another owner is after it', { owner: 'you', deadline: 5000 }, true],
  ['of another owner without a deadline is', { owner: 'you', deadline: NaN }, true],
])('a sandbox %s abandoned', (_, change, abandoned) =>
  expect(isOrphan({ ...mine, ...change }, asker, 5000)).toBe(abandoned),
);
