import { expect, test } from 'vitest';
import { mistakesOf } from './judge-seed.ts';
import { runSeed, runTrap, withSeed } from './run-seed.ts';
import { seeds } from './seeds/index.ts';
import { traps } from './seeds/traps.ts';

// all of them run with the project `faults`
test.concurrent.each(seeds.filter(({ quick }) => quick))(
  'on real containers: $name: $class, $end',
  (seed) =>
    withSeed(seed, async (host) => {
      expect(mistakesOf(seed, await runSeed(host, seed))).toEqual([]);
      expect(host.residue()).toEqual([]);
    }),
);

test.concurrent('on real containers: a change that weakens a check is refused', () =>
  withSeed(traps[1]!, async (host) => {
    expect(await runTrap(host, traps[1]!)).toMatchObject({ verdict: 'refused' });
    expect(host.residue()).toEqual([]);
  }),
);
