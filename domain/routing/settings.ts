import type { RoutingMode, RoutingWeights } from '../../contracts/routing.ts';

/** Weights, scale of latency and reference price of each mode. */
export const weightsOf: Readonly<Record<RoutingMode, RoutingWeights>> = {
  ECO: {
    mode: 'ECO',
    quality: 0.3,
    latency: 0.3,
    cost: 0.4,
    latency_seconds: 3,
    price: { in: 0.3, out: 1.2 },
  },
  BALANCED: {
    mode: 'BALANCED',
    quality: 0.4,
    latency: 0.3,
    cost: 0.3,
    latency_seconds: 3,
    price: { in: 1, out: 4 },
  },
  'HIGH-PERF': {
    mode: 'HIGH-PERF',
    quality: 0.6,
    latency: 0.2,
    cost: 0.2,
    latency_seconds: 2,
    price: { in: 3, out: 15 },
  },
  CRITICAL: {
    mode: 'CRITICAL',
    quality: 0.7,
    latency: 0.2,
    cost: 0.1,
    latency_seconds: 1,
    price: { in: 10, out: 50 },
  },
};

/**
 * How quickly what was seen stops to count: by rounds in which a target was not used, and by its own outcomes. `least`: rounds
 * alone leave this many outcomes. Found on the worlds `tuning` of bench/measures/routing/kinds.ts.
 */
export const forgetting = {
  ok: { perRound: 0.5 ** (1 / 400), perOwn: 0.98, least: 0 },
  quality: { perRound: 0.5 ** (1 / 150), perOwn: 0.5 ** (1 / 100), least: 8 },
  time: { perRound: 0.5 ** (1 / 600), perOwn: 0.5 ** (1 / 100), least: 0 },
};

/** What is believed before anything was seen. `n` counts like that many outcomes. */
export const priors = {
  ok: { yes: 19.4, no: 0.6 },
  quality: {
    n: 2,
    /** What it counts if all of it comes from its other types. */
    nOfOthers: 6,
    /** From this much evidence of its other types on, only that sets the mean. */
    fullWeight: 60,
  },
  time: { n: 2, variance: 0.36 },
  /** Tokens of an answer. */
  length: { n: 4, mean: Math.log(300), variance: 1 },
  tokenRatio: { n: 2, mean: 0, variance: 0.04 },
};

/** When a draw decides, and when the mean does. */
export const exploring = {
  /** A drawn winner whose mean is this close to the best mean costs nothing worth saving. */
  near: 0.02,
  /** Share of decisions that may explore, and how many can be saved up. */
  share: 0.02,
  bucket: 5,
  /** That many may explore at first, when nothing is known. */
  atFirst: 50,
  /** An explored target costs at most this many times the best one, or the reference price of the mode if that is more. */
  costFactor: 3,
  /** An explored target needs this many times its p90 until the deadline. */
  deadlineFactor: 2,
};

/** An unknown price counts as this many times the reference price. */
export const unknownPriceFactor = 3;

/** In CRITICAL mode nothing is woken if something awake is this close. */
export const criticalWakeMargin = 0.05;
