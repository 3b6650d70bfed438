import type { Severity } from '../../contracts/incidents.ts';

/** Weighs a fault: how much a minute costs in which nobody sees it. */
export const severityWeight: Record<Severity, number> = { info: 1, warn: 1, high: 3, critical: 10 };

const hourMs = 3_600_000;
const halfLifeMs = 72 * hourMs;
const priorHours = 168;
/** The longest and the shortest time between two looks. */
export const longestMs = 6 * hourMs;
export const shortestMs = 60_000;
/** The share of one core that all ants of a host may take together. */
export const budget = 0.02;

/** What an ant has found so far, with what is older counting less. */
export interface Experience {
  hits: number;
  hours: number;
  /** The instant that both are of; epoch ms. */
  at: number;
}

/** Adds the time since the last look, and what it found. */
export function experienced(before: Experience, at: number, hits: number): Experience {
  const passed = Math.max(0, at - before.at);
  const left = 0.5 ** (passed / halfLifeMs);
  return { hits: before.hits * left + hits, hours: before.hours * left + passed / hourMs, at };
}

/** Faults an hour: one in a week until there is experience. */
export const faultRate = ({ hits, hours }: Experience): number => (1 + hits) / (priorHours + hours);

export const weightOf = (severity: Severity, rate: number, costMs: number): number =>
  Math.sqrt((severityWeight[severity] * rate) / Math.max(costMs, 0.1));

/**
 * The time between two looks of each ant, in ms: rates in proportion to the weights, within the budget of CPU time, and never
 * outside the floor and the cap. The loss, which is severity × time until a fault is seen, is
 * then least: with rates in proportion to the fault rate itself, rare faults would hardly be looked for.
 */
export function intervals(
  ants: readonly { weight: number; cost_ms: number }[],
  share = budget,
): number[] {
  const sum = ants.reduce((all, { weight, cost_ms }) => all + weight * cost_ms, 0);
  return ants.map(({ weight }) => {
    const every = sum / (share * weight);
    return Math.min(longestMs, Math.max(shortestMs, every));
  });
}

/** When the next look is due. @param random from 0 to 1 */
export const nextLook = (at: number, everyMs: number, random: number): number =>
  at + everyMs * (0.8 + 0.4 * random);

const firstBackoffMs = 5000;
const longestBackoffMs = 600_000;

/** The pause after looks that failed, in a row. */
export const backoffMs = (failures: number): number =>
  Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 10));
