import { describe, expect, test } from 'vitest';
import type { Severity } from '../../../contracts/incidents.ts';
import {
  experienced,
  faultRate,
  intervals,
  longestMs,
  severityWeight,
  shortestMs,
  weightOf,
  backoffMs,
  nextLook,
  type Experience,
} from '../../../domain/incidents/weights.ts';

const hourMs = 3_600_000;

/** The same numbers from 0 to 1 for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Check {
  severity: Severity;
  cost_ms: number;
  /** Faults an hour. */
  rate: number;
}

/** 60 checks whose faults come in very different rates, as in the measurement of the reference. */
function checksOf(random: () => number): Check[] {
  const severities: Severity[] = ['warn', 'high', 'critical'];
  return Array.from({ length: 60 }, () => ({
    severity: severities[Math.floor(random() * 3)]!,
    cost_ms: 100 + 400 * random(),
    rate: Math.exp(-8 + 6 * random()),
  }));
}

const days = 30;

/**
 * Plays 30 days of faults and looks. The loss is the time until each fault was seen, by its severity. @param learns whether the
 * intervals follow the weights; else all are equal at the same cost
 */
function lossOf(seed: number, share: number, learns: boolean): number {
  const random = numbers(seed);
  const checks = checksOf(random);
  const end = days * 24 * hourMs;
  const faults = checks.map(({ rate }) => {
    const times: number[] = [];
    let at = 0;
    while ((at += (-Math.log(1 - random()) / rate) * hourMs) < end) times.push(at);
    return times;
  });
  const experience = checks.map((): Experience => ({ hits: 0, hours: 0, at: 0 }));
  const cost = checks.reduce((sum, { cost_ms }) => sum + cost_ms, 0);
  const uniform = checks.map(() => cost / share);
  const planned = () =>
    learns
      ? intervals(
          checks.map(({ severity, cost_ms }, nth) => ({
            cost_ms,
            weight: weightOf(severity, faultRate(experience[nth]!), cost_ms),
          })),
          share,
        )
      : uniform;
  let every = planned();
  const next = every.map((ms) => ms * random());
  let loss = 0;
  for (;;) {
    const nth = next.reduce((best, at, index) => (at < next[best]! ? index : best), 0);
    const at = next[nth]!;
    if (at >= end) return loss;
    const seen = faults[nth]!.filter((time) => time <= at);
    faults[nth] = faults[nth]!.slice(seen.length);
    const weight = severityWeight[checks[nth]!.severity];
    for (const time of seen) loss += weight * (at - time);
    experience[nth] = experienced(experience[nth]!, at, seen.length);
    if (seen.length > 0) every = planned();
    next[nth] = nextLook(at, every[nth]!, random());
  }
}

describe('looks', () => {
  test.each([0.001, 0.003])(
    'by weights lose at most 70 % of what uniform looks lose, with %s of a core',
    (share) => {
      const seeds = [1, 2, 3, 4];
      const sum = (learns: boolean): number =>
        seeds.reduce((all, seed) => all + lossOf(seed, share, learns), 0);
      expect(sum(true) / sum(false)).toBeLessThanOrEqual(0.7);
    },
  );

  test('stay within the floor, the cap and the budget', () => {
    const cheap = { weight: 1, cost_ms: 1 };
    expect(intervals([cheap, cheap])).toEqual([shortestMs, shortestMs]);
    const costly = { weight: 0.01, cost_ms: 1_000_000 };
    expect(intervals([costly])).toEqual([longestMs]);
    const some = [
      { weight: 3, cost_ms: 4000 },
      { weight: 1, cost_ms: 2000 },
    ];
    const share = intervals(some).reduce((all, ms, nth) => all + some[nth]!.cost_ms / ms, 0);
    expect(share).toBeCloseTo(0.02);
  });

  test('come with a jitter of a fifth', () => {
    const next = [0, 0.5, 1].map((random) => Math.round(nextLook(0, 100, random)));
    expect(next).toEqual([80, 100, 120]);
  });

  test('that fail are repeated after 5 s to 10 min', () =>
    expect([1, 2, 3, 8, 100].map(backoffMs)).toEqual([5000, 10_000, 20_000, 600_000, 600_000]));
});

test('what was found counts half after three days', () => {
  const once = experienced({ hits: 0, hours: 0, at: 0 }, 0, 1);
  expect(faultRate(once)).toBeCloseTo(2 / 168);
  const later = experienced(once, 72 * hourMs, 0);
  expect(later).toMatchObject({ hits: 0.5, hours: 72 });
});
