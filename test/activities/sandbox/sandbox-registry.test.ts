import { expect, test } from 'vitest';
import { createSandboxRegistry } from '../../../activities/sandbox/sandbox-registry.ts';

/** A book over an Engine that refuses to remove some containers. */
function bookOf(stuck: string[]) {
  const troubles: string[] = [];
  const remove = async (id: string): Promise<void> => {
    if (stuck.includes(id)) throw Object.assign(new Error(`${id} is stuck`), { statusCode: 500 });
  };
  const docker = { getContainer: (id: string) => ({ remove: () => remove(id) }) };
  const book = createSandboxRegistry(docker as never, { later: (work) => work() }, (error) =>
    troubles.push((error as Error).message),
  );
  const add = (key: string) => book.add({ key, name: key, memory_bytes: 1 });
  return { book, add, troubles, stuck };
}

test('a container that cannot be removed keeps no other one', async () => {
  const { book, add, troubles, stuck } = bookOf(['bad', 'slow']);
  for (const key of ['bad', 'slow']) await book.remove(add(key));
  expect(book.memoryInUse()).toBe(2);
  stuck.pop();
  expect(await book.retry()).toEqual(['slow']);
  expect([book.has('bad'), book.has('slow')]).toEqual([true, false]);
  expect(troubles.at(-1)).toBe('sandbox remove: bad is stuck');
  stuck.pop();
  expect(await book.retry()).toEqual(['bad']);
  expect(book.memoryInUse()).toBe(0);
});

test('where nothing starts any more, what waits for its removal ends before its turn', () => {
  const book = createSandboxRegistry(
    {} as never,
    { later: () => new Promise(() => undefined) },
    () => undefined,
  );
  const hungUp: string[] = [];
  const add = (key: string) => {
    const entry = book.add({ key, name: key, memory_bytes: 1 });
    entry.hangUp = () => void hungUp.push(key);
    return entry;
  };
  const [waiting, running] = [add('waiting'), add('running')];
  void book.remove(waiting);
  expect(hungUp).toEqual([]);
  book.hangUp();
  expect(hungUp).toEqual(['waiting']);
  void book.remove(running);
  expect(hungUp).toEqual(['waiting', 'running']);
});
