import { expect, test } from 'vitest';
import type { SpawnPriority } from '../../../contracts/spawn.ts';
import { createSlots, type SlotBounds } from '../../../activities/spawn/slots.ts';

const never = new AbortController().signal;
const context = {
  slotType: 'activity',
  taskQueue: '',
  workerIdentity: '',
  workerBuildId: '',
  isSticky: false,
} as const;
const slotInfo = { type: 'activity', activityType: 'runAttempt' } as const;
const soon = () => new Promise((resolve) => setImmediate(resolve));

/** A worker as Temporal's: asks, gets an attempt, runs it, gives its slot back. */
function workers(bounds: SlotBounds) {
  const slots = createSlots(bounds);
  const held: string[] = [];
  const ask = (name: string, priority: SpawnPriority = 'P1', signal = never) => {
    const supplier = slots.supplier(priority);
    const permit = supplier.reserveSlot(context, signal).then((one) => {
      held.push(name);
      return one;
    });
    permit.catch(() => undefined);
    return {
      permit,
      /** An attempt has come; it waits until `turn`, and ends with `end`. */
      async got() {
        supplier.markSlotUsed({ slotInfo, permit: await permit });
        let begin = (): void => undefined;
        const ended = Promise.withResolvers<never>();
        const run = slots.track(priority, (_input, _signal, turn) => {
          begin = turn!;
          return ended.promise;
        });
        const running = run({ spawn_id: name, attempt: 1 }, never).catch(() => undefined);
        return {
          turn: () => begin(),
          async end() {
            ended.reject(new Error('over'));
            await running;
            supplier.releaseSlot({ slotInfo, permit: await permit });
          },
        };
      },
      async nothingCame() {
        supplier.releaseSlot({ permit: await permit });
      },
      async neverBegun() {
        supplier.markSlotUsed({ slotInfo, permit: await permit });
        supplier.releaseSlot({ slotInfo, permit: await permit });
      },
    };
  };
  return { held, ask };
}

test('as many as run are taken, and of those that wait only a few', async () => {
  const { held, ask } = workers({ most: 10, waiting: 2 });
  const [a, b] = [ask('a'), ask('b')];
  ask('c');
  await soon();
  expect(held).toEqual(['a', 'b']);
  const first = await a.got();
  await b.got();
  await soon();
  expect(held).toEqual(['a', 'b']);
  first.turn();
  await soon();
  expect(held).toEqual(['a', 'b', 'c']);
  await first.end();
  ask('d');
  await soon();
  expect(held).not.toContain('d');
});

test('the urgent find a place however many others wait', async () => {
  const { held, ask } = workers({ most: 10, waiting: 2 });
  for (const name of ['a', 'b', 'c']) ask(name, 'P2');
  ask('urgent', 'P0');
  await soon();
  expect(held).toEqual(['a', 'b', 'urgent']);
});

test('no more than it may hold, and the urgent first when one has gone', async () => {
  const { held, ask } = workers({ most: 2, waiting: 2 });
  const a = ask('a', 'P2');
  ask('b', 'P2');
  await soon();
  ask('c', 'P2');
  ask('urgent', 'P0');
  const first = await a.got();
  first.turn();
  await soon();
  expect(held).toEqual(['a', 'b']);
  await first.end();
  await soon();
  expect(held).toEqual(['a', 'b', 'urgent']);
});

test.each(['nothingCame', 'neverBegun'] as const)('a slot comes back when %s', async (how) => {
  const { held, ask } = workers({ most: 10, waiting: 1 });
  for (const name of ['a', 'b', 'c']) await ask(name)[how]();
  expect(held).toEqual(['a', 'b', 'c']);
});

test('who stops asking leaves the line', async () => {
  const { held, ask } = workers({ most: 10, waiting: 1 });
  const a = ask('a');
  const ending = new AbortController();
  const b = ask('b', 'P1', ending.signal);
  ask('c');
  ending.abort(new Error('shutdown'));
  await expect(b.permit).rejects.toThrow('shutdown');
  await a.nothingCame();
  await soon();
  expect(held).toEqual(['a', 'c']);
});
