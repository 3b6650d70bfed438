import { expect, test } from 'vitest';
import { createStartScheduler } from '../../../activities/sandbox/start-scheduler.ts';

/** Work that ends when the test resolves it, and records its start. */
function bench() {
  const scheduler = createStartScheduler(1);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      begun.push(name);
      ends.set(name, resolve);
    });
  return { scheduler, begun, work, end: (name: string) => ends.get(name)!() };
}
const moment = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('work that no task waits for runs at once if no task is starting', async () => {
  const { scheduler, begun, work, end } = bench();
  const done = scheduler.later(work('removal'));
  await moment();
  expect(begun).toEqual(['removal']);
  end('removal');
  await done;
});

test('such work waits while tasks start, and then runs one by one', async () => {
  const { scheduler, begun, work, end } = bench();
  const start = scheduler.now(work('start'));
  const removals = [scheduler.later(work('one')), scheduler.later(work('other'))];
  await moment();
  expect(begun).toEqual(['start']);
  end('start');
  await start;
  await moment(300);
  expect(begun).toEqual(['start', 'one']);
  end('one');
  await moment();
  expect(begun).toEqual(['start', 'one', 'other']);
  end('other');
  await Promise.all(removals);
});

test('such work waits a moment after a task has started, since more may follow', async () => {
  const { scheduler, begun, work, end } = bench();
  scheduler.begun();
  const removal = scheduler.later(work('removal'));
  await moment();
  expect(begun).toEqual([]);
  await moment(300);
  expect(begun).toEqual(['removal']);
  end('removal');
  await removal;
});

test('such work runs although tasks start if its memory is needed', async () => {
  const { scheduler, begun, work, end } = bench();
  const start = scheduler.now(work('start'));
  const removal = scheduler.later(work('removal'));
  await moment();
  expect(begun).toEqual(['start']);
  scheduler.hurry();
  await moment();
  expect(begun).toEqual(['start', 'removal']);
  end('removal');
  end('start');
  await Promise.all([start, removal]);
});

test('failed work rejects its caller only, and does not block others', async () => {
  const { scheduler, begun, work, end } = bench();
  const broken = scheduler.later(() => Promise.reject(new Error('the Engine is away')));
  const atOnce = scheduler.later(() => {
    throw new Error('it is closing');
  });
  const next = scheduler.later(work('next'));
  await expect(broken).rejects.toThrow('away');
  await expect(atOnce).rejects.toThrow('closing');
  await moment();
  expect(begun).toEqual(['next']);
  end('next');
  await next;
});
