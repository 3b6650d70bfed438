import { describe, expect, test } from 'vitest';
import { mistakesOf } from '../../repair/judge-seed.ts';
import { runSeed, runTrap, withSeed } from '../../repair/run-seed.ts';
import { seeds } from '../../repair/seeds/index.ts';
import { traps } from '../../repair/seeds/traps.ts';

describe('rules on real containers', () => {
  test.each(seeds)('$name: $class, $end', (seed) =>
    withSeed(seed, async (host) => {
      const before = await host.hash();
      expect(mistakesOf(seed, await runSeed(host, seed))).toEqual([]);
      expect(host.residue()).toEqual([]);
      expect(await host.hash()).toBe(before);
    }),
  );
});

describe('a change that is green and wrong is named for what it is', () => {
  test.each(traps)('$name: $verdict', (trap) =>
    withSeed(trap, async (host) => {
      const { verdict, why } = await runTrap(host, trap);
      expect(verdict).toBe(trap.verdict);
      expect(why).toMatch(trap.why);
      expect(host.residue()).toEqual([]);
    }),
  );
});
