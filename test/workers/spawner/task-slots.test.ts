import { expect, test } from 'vitest';
import { createTaskSlots } from '../../../workers/spawner/task-slots.ts';

const info = { type: 'activity', activityType: 'runAttempt' } as const;

function bench() {
  const admitted = new Set<() => void>();
  const admission = {
    running: 0,
    onAdmitted(listener: () => void) {
      admitted.add(listener);
      return () => void admitted.delete(listener);
    },
  };
  const attempts = { joined: 0 };
  const slots = createTaskSlots(admission, attempts);
  let granted = 0;
  const ask = (signal = new AbortController().signal): Promise<void> =>
    slots.reserveSlot({} as never, signal).then(() => void (granted += 1));
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  return {
    ask,
    attempts,
    slots,
    listening: () => admitted.size,
    granted: async () => (await settled(), granted),
    take: () => slots.markSlotUsed({ slotInfo: info, permit: {} }),
    admit() {
      admission.running += 1;
      for (const listener of admitted) listener();
    },
    end() {
      admission.running -= 1;
      slots.releaseSlot({ slotInfo: info, permit: {} });
    },
  };
}

test('few tasks are polled while there is no room for those already here', async () => {
  const { ask, granted, take, admit, end } = bench();
  for (let n = 0; n < 20; n += 1) void ask();
  expect(await granted()).toBe(4);
  for (let n = 0; n < 4; n += 1) take();
  expect(await granted()).toBe(4);
  admit();
  admit();
  expect(await granted()).toBe(6);
  take();
  take();
  end();
  // there is room for one of the waiting tasks, and no other is polled until it has started
  expect(await granted()).toBe(6);
  admit();
  expect(await granted()).toBe(7);
});

test('a poll without a task frees its slot for the next', async () => {
  const { ask, granted, slots } = bench();
  for (let n = 0; n < 5; n += 1) void ask();
  expect(await granted()).toBe(4);
  slots.releaseSlot({ permit: {} });
  expect(await granted()).toBe(5);
});

test('an aborted reservation gets no slot', async () => {
  const { ask, granted, slots } = bench();
  for (let n = 0; n < 4; n += 1) void ask();
  const leaving = new AbortController();
  const gone = ask(leaving.signal);
  void ask();
  leaving.abort();
  await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
  slots.releaseSlot({ permit: {} });
  expect(await granted()).toBe(5);
});

test('a call that joins a running attempt takes no place of another task', async () => {
  const { ask, attempts, granted, slots, take, admit } = bench();
  for (let n = 0; n < 12; n += 1) void ask();
  for (let n = 0; n < 4; n += 1) take();
  for (let n = 0; n < 4; n += 1) admit();
  expect(await granted()).toBe(8);
  // each of the four is delivered again, and joins the running attempt
  for (let n = 0; n < 4; n += 1) take();
  attempts.joined = 4;
  slots.releaseSlot({ permit: {} });
  expect(await granted()).toBe(12);
});

test('a closed supplier leaves no listener behind', () => {
  const { slots, listening } = bench();
  expect(listening()).toBe(1);
  slots.close();
  expect(listening()).toBe(0);
});
