import { expect, test } from 'vitest';
import { meetStack } from '../../activities/power/first-contact.ts';
import type { Store } from '../../store/index.ts';
import { aService } from '../domain/samples.ts';
import { powerBench } from './power-bench.ts';

const names = ['api', 'db', 'web'];

/** The process dies after this many writes of what was seen: no later one comes to the store. */
const dyingAfter =
  (writes: number) =>
  (store: Store): Store => ({
    ...store,
    services: {
      ...store.services,
      observe: (...seen) =>
        (writes -= 1) < 0 ? new Promise(() => undefined) : store.services.observe(...seen),
    },
  });

test.each([0, 1, 2, 3])(
  'a crash after %i writes of the first contact makes no stray of what ran before',
  async (writes) => {
    const bench = await powerBench(
      names.map((name) => aService(name)),
      dyingAfter(writes),
    );
    for (const name of names) bench.engine.make(name, { state: 'running' });
    await meetStack(bench.power);
    const next = bench.again();
    expect(await meetStack(next)).toBe(true);
    expect(names.filter((name) => !next.seen.get(name).tolerated)).toEqual([]);
  },
);
