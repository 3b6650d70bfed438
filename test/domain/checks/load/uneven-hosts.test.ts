import { expect, test } from 'vitest';
import { seeded, simulate, type SimulatedLoad } from './simulated-host.ts';

const seeds = [1, 2, 3, 4, 5];
const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What others take changes at random between two shares, and stays for this many seconds. */
function bursts(seed: number, shares: { low: number; high: number }, forS: number) {
  const random = seeded(seed * 77 + 5);
  const isHigh = Array.from({ length: 1000 }, () => random() < 0.4);
  return (at: number): number => (isHigh[Math.floor(at / forS)] ? shares.high : shares.low);
}

/** Of 20 ms, on two cores whose counters are exact, but as late as the process of the load reports its own. */
const usual = { requests: 1500, withinS: 120, costS: 0.02, cores: 2, reportS: 0.1 };
const host = (change: Partial<SimulatedLoad>) => (seed: number) => ({
  ...usual,
  others: () => 0.05,
  ...change,
  random: seeded(seed),
});

test.each<[string, (seed: number) => SimulatedLoad]>([
  ['that is idle', host({})],
  ['that is half busy', host({ others: () => 0.5 })],
  ['for a load of few seconds', host({ requests: 400 })],
  [
    'beside random bursts of a second',
    (seed) => ({ ...host({})(seed), others: bursts(seed, { low: 0.05, high: 0.4 }, 1) }),
  ],
  [
    'beside random bursts of two seconds',
    (seed) => ({ ...host({})(seed), others: bursts(seed, { low: 0.1, high: 0.5 }, 2) }),
  ],
  [
    'beside bursts as short as a look',
    (seed) => ({ ...host({})(seed), others: bursts(seed, { low: 0.1, high: 0.3 }, 0.25) }),
  ],
  [
    'whose requests suddenly cost twice as much',
    host({ costS: (at) => (at < 6 ? 0.02 : 0.04), requests: 1000 }),
  ],
  [
    'whose requests suddenly cost a third',
    host({ costS: (at) => (at < 8 ? 0.04 : 0.013), requests: 1000 }),
  ],
  ['whose requests cost more and more', host({ costS: (at) => 0.01 + at * 0.001 })],
  [
    'whose first requests cost seven times as much',
    host({ costS: (at) => (at < 2 ? 0.15 : 0.02) }),
  ],
  ['whose requests are few and heavy', host({ requests: 150, costS: 0.2 })],
  ['of one core', host({ cores: 1, requests: 700, others: () => 0.1 })],
  ['of eight cores', host({ cores: 8, requests: 6000, others: () => 0.1 })],
])('a host %s is within its bound + 5 points in 90 %% of seconds, for 35 %% more time', (_, of) => {
  const ends = seeds.map((seed) => simulate(of(seed)));
  expect(ends.map(({ done }) => done)).toEqual(seeds.map((seed) => of(seed).requests));
  expect(mean(ends.map(({ overSeconds }) => overSeconds))).toBeLessThanOrEqual(0.1);
  expect(mean(ends.map(({ slower }) => slower))).toBeLessThanOrEqual(1.35);
  expect(ends.some(({ isPressed }) => isPressed)).toBe(false);
});

test('where the cost triples every six seconds, no more than every fifth second is over the bound', () => {
  const costS = (at: number): number => (Math.floor(at / 3) % 2 === 0 ? 0.01 : 0.03);
  const ends = seeds.map((seed) => simulate(host({ costS, others: () => 0.1 })(seed)));
  expect(mean(ends.map(({ overSeconds }) => overSeconds))).toBeLessThanOrEqual(0.2);
  expect(mean(ends.map(({ slower }) => slower))).toBeLessThanOrEqual(1.35);
});
