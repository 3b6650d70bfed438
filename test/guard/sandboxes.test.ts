import { expect, test } from 'vitest';
import type { Known } from '../../guard/decide.ts';
import { createSandboxWatch } from '../../guard/sandboxes.ts';

const at = (ms: number) => ({ wall_ms: 1_000_000 + ms, steady_ms: ms });
const leaseOf = (service: string) => [{ service } as Known];

function watch(found: { id: string; deadline_ms: number }[]) {
  const removed: string[] = [];
  let looks = 0;
  const engine = {
    sandboxes: async () => {
      looks += 1;
      return found.filter(({ id }) => !removed.includes(id));
    },
    remove: async (id: string) => void removed.push(id),
  };
  return { watch: createSandboxWatch(engine, 750), removed, looks: () => looks };
}

test('sandboxes past their deadline are removed, others stay', async () => {
  const { watch: sandboxes, removed } = watch([
    { id: 'late', deadline_ms: 999_000 },
    { id: 'due', deadline_ms: 1_000_000 },
    { id: 'unreadable', deadline_ms: 0 },
  ]);
  expect(await sandboxes.round(leaseOf('spawner'), at(100))).toBe(2);
  expect(removed).toEqual(['late', 'unreadable']);
});

test('without a spawner the Engine is left alone, and looking goes on after its lease while there is something', async () => {
  const { watch: sandboxes, removed, looks } = watch([{ id: 'one', deadline_ms: 1_400_000 }]);
  await sandboxes.round(leaseOf('web'), at(100));
  expect(looks()).toBe(0);
  await sandboxes.round(leaseOf('spawner'), at(200));
  await sandboxes.round([], at(300));
  expect(looks()).toBe(1);
  for (let ms = 10_000; ms <= 400_000; ms += 10_000) await sandboxes.round([], at(ms));
  expect(removed).toEqual([]);
  await sandboxes.round([], at(410_000));
  expect(removed).toEqual(['one']);
  const last = looks();
  for (let ms = 600_000; ms <= 700_000; ms += 10_000) await sandboxes.round([], at(ms));
  expect(looks() - last).toBeLessThan(3);
});
