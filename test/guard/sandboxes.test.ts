import { expect, test } from 'vitest';
import type { KnownLease } from '../../guard/decide.ts';
import { createSandboxWatch } from '../../guard/sandboxes.ts';

const at = (ms: number) => ({ wall_ms: 1_000_000 + ms, steady_ms: ms });
const leaseOf = (service: string) => [{ service } as KnownLease];

function watch(found: { id: string; deadline_ms: number }[]) {
  const removed: string[] = [];
  let calls = 0;
  const engine = {
    sandboxes: async () => {
      calls += 1;
      return found.filter(({ id }) => !removed.includes(id));
    },
    remove: async (id: string) => void removed.push(id),
  };
  return { watch: createSandboxWatch(engine, 750), removed, calls: () => calls };
}

test('sandboxes past their deadline are removed, and others stay', async () => {
  const { watch: sandboxes, removed } = watch([
    { id: 'late', deadline_ms: 999_000 },
    { id: 'due', deadline_ms: 1_000_000 },
    { id: 'unreadable', deadline_ms: 0 },
  ]);
  expect(await sandboxes.round(leaseOf('spawner'), at(100))).toBe(2);
  expect(removed).toEqual(['late', 'unreadable']);
});

test('without a spawner the Engine is not asked, and the search continues after its lease while there are sandboxes', async () => {
  const { watch: sandboxes, removed, calls } = watch([{ id: 'one', deadline_ms: 1_400_000 }]);
  await sandboxes.round(leaseOf('web'), at(100));
  expect(calls()).toBe(0);
  await sandboxes.round(leaseOf('spawner'), at(200));
  await sandboxes.round([], at(300));
  expect(calls()).toBe(1);
  for (let ms = 10_000; ms <= 400_000; ms += 10_000) await sandboxes.round([], at(ms));
  expect(removed).toEqual([]);
  await sandboxes.round([], at(410_000));
  expect(removed).toEqual(['one']);
  const last = calls();
  for (let ms = 600_000; ms <= 700_000; ms += 10_000) await sandboxes.round([], at(ms));
  expect(calls() - last).toBeLessThan(3);
});
