import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createKeyedLock, LockTimeoutError } from '../../../platform/concurrency/lock.ts';

test('work on one key runs one at a time, in the order of the calls', async () => {
  const lock = createKeyedLock(10_000);
  const seen: string[] = [];
  const piece = (name: string) =>
    lock.run('web', async () => {
      seen.push(`${name} in`);
      await turn();
      seen.push(`${name} out`);
      return name;
    });
  expect(await Promise.all([piece('a'), piece('b'), piece('c')])).toEqual(['a', 'b', 'c']);
  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('work on other keys does not wait', async () => {
  const lock = createKeyedLock(10_000);
  const open = Promise.withResolvers<void>();
  const held = lock.run('web', () => open.promise);
  expect(await lock.run('db', async () => 'done')).toBe('done');
  open.resolve();
  await held;
});

test('failed work rejects its own caller only, and the next one runs', async () => {
  const lock = createKeyedLock(10_000);
  const failing = lock.run('web', () => Promise.reject(new Error('no')));
  const next = lock.run('web', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('work that throws synchronously counts as failed work', async () => {
  const lock = createKeyedLock(10_000);
  const failing = lock.run('web', () => {
    throw new Error('at once');
  });
  await expect(failing).rejects.toThrow('at once');
  expect(await lock.run('web', async () => 1)).toBe(1);
});

test('work requested while the last one ends still runs after it', async () => {
  const lock = createKeyedLock(10_000);
  const seen: number[] = [];
  let inside = 0;
  const piece = (n: number) =>
    lock.run('web', async () => {
      expect((inside += 1)).toBe(1);
      await turn();
      seen.push(n);
      inside -= 1;
    });
  const first = piece(1);
  const second = first.then(() => piece(2));
  const third = first.then(() => piece(3));
  await Promise.all([second, third]);
  expect(seen).toEqual([1, 2, 3]);
});

test('work that waits too long is not started, and the next one in the queue runs', async () => {
  const lock = createKeyedLock(10_000);
  const open = Promise.withResolvers<void>();
  const begun: string[] = [];
  const held = lock.run('web', () => open.promise);
  const late = lock.run('web', async () => begun.push('late'), 10);
  const next = lock.run('web', async () => begun.push('next'));
  await expect(late).rejects.toThrow(LockTimeoutError);
  await expect(late).rejects.toThrow('other work on web did not end within 10 ms');
  open.resolve();
  await held;
  expect(await next).toBe(1);
  expect(begun).toEqual(['next']);
});
