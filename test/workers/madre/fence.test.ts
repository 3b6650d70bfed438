import { ApplicationFailure } from '@temporalio/activity';
import { expect, test } from 'vitest';
import { fenced, fencedRound } from '../../../workers/madre/fence.ts';

const lease = (held: boolean) => ({ isHeld: async () => held });
const add = { add: async (a: number, b: number) => a + b };

test('a process that has the host acts', async () => {
  expect(await fenced(add, lease(true), 'call').add(1, 2)).toBe(3);
  let rounds = 0;
  await fencedRound(lease(true), async () => void (rounds += 1))();
  expect(rounds).toBe(1);
});

test('a process that has lost the host refuses activities and calls, and its rounds do nothing', async () => {
  await expect(fenced(add, lease(false), 'activity').add(1, 2)).rejects.toBeInstanceOf(
    ApplicationFailure,
  );
  await expect(fenced(add, lease(false), 'call').add(1, 2)).rejects.toMatchObject({
    code: 'madre_unavailable',
    message: 'another process looks after this host now; try again shortly.',
  });
  await fencedRound(lease(false), () => Promise.reject(new Error('it ran')))();
});
