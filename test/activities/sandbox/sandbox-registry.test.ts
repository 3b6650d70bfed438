import { expect, test } from 'vitest';
import { createSandboxRegistry } from '../../../activities/sandbox/sandbox-registry.ts';

/** A registry over an Engine that refuses to remove some containers. */
function registryOf(stuck: string[]) {
  const troubles: string[] = [];
  const remove = async (id: string): Promise<void> => {
    if (stuck.includes(id)) throw Object.assign(new Error(`${id} is stuck`), { statusCode: 500 });
  };
  const docker = { getContainer: (id: string) => ({ remove: () => remove(id) }) };
  const registry = createSandboxRegistry(docker as never, { later: (work) => work() }, (error) =>
    troubles.push((error as Error).message),
  );
  const add = (key: string) => registry.add({ key, name: key, memory_bytes: 1 });
  return { registry, add, troubles, stuck };
}

test('a container that cannot be removed does not prevent other removals', async () => {
  const { registry, add, troubles, stuck } = registryOf(['bad', 'slow']);
  for (const key of ['bad', 'slow']) await registry.remove(add(key));
  expect(registry.memoryInUse()).toBe(2);
  stuck.pop();
  expect(await registry.retry()).toEqual(['slow']);
  expect([registry.has('bad'), registry.has('slow')]).toEqual([true, false]);
  expect(troubles.at(-1)).toBe('sandbox remove: bad is stuck');
  stuck.pop();
  expect(await registry.retry()).toEqual(['bad']);
  expect(registry.memoryInUse()).toBe(0);
});

test('at shutdown a sandbox that waits for its removal ends before its turn', () => {
  const registry = createSandboxRegistry(
    {} as never,
    { later: () => new Promise(() => undefined) },
    () => undefined,
  );
  const hungUp: string[] = [];
  const add = (key: string) => {
    const entry = registry.add({ key, name: key, memory_bytes: 1 });
    entry.hangUp = () => void hungUp.push(key);
    return entry;
  };
  const [waiting, running] = [add('waiting'), add('running')];
  void registry.remove(waiting);
  expect(hungUp).toEqual([]);
  registry.hangUp();
  expect(hungUp).toEqual(['waiting']);
  void registry.remove(running);
  expect(hungUp).toEqual(['waiting', 'running']);
});
