import type { LoadSource } from '../../../contracts/compose.ts';
import { durationOf } from '../read-check.ts';
import type { Check, Load, Suite } from '../suite.ts';
import type { Threshold } from './threshold.ts';
import { parseThreshold } from './read-threshold.ts';
import { defaultBounds, type LoadBounds } from './throttle.ts';

const longestMs = 600_000;
/** Another load of the host is waited for, for this long. */
export const loadWaitMs = 30_000;

/** What the file says about all loads. */
export interface WrittenBounds {
  cpu?: string | undefined;
  memory?: string | undefined;
}

/** Reads the load of a suite. @throws Error that says what is wrong with it */
export function readLoad(
  { endpoint: name, requests, within, thresholds }: LoadSource,
  checks: readonly Check[],
  bounds: WrittenBounds,
): Load {
  const endpoint = checks.find((check) => check.name === name);
  if (endpoint === undefined) throw new Error(`endpoint: the suite has no endpoint ${name}`);
  if (endpoint.kind !== 'http') throw new Error(`endpoint: ${name} is no check of an http URL`);
  const load = {
    endpoint,
    requests,
    within_ms: durationOf(within, 'within', longestMs)!,
    thresholds: thresholds.map(parseThreshold),
    bounds: readBounds(bounds),
  };
  const names = load.thresholds.map(thresholdName);
  const twice = names.find(
    (one, at) => names.indexOf(one) !== at || checks.some((check) => check.name === one),
  );
  if (twice !== undefined) throw new Error(`thresholds: there are two of "${twice}"`);
  return load;
}

/** The name of a threshold among the results of its suite. */
export const thresholdName = ({ source }: Threshold): string => `load: ${source}`;

/**
 * The position at which the load of a suite runs: before the checks at the end that always run, since those clean up what
 * its endpoint needs.
 */
export function loadPosition({ checks }: Pick<Suite, 'checks'>): number {
  const last = checks.findLastIndex((check) => !check.always_run);
  return last === -1 ? checks.length : last + 1;
}

function readBounds({ cpu, memory }: WrittenBounds): LoadBounds {
  return {
    cpu: boundOf(cpu, 'cpu') ?? defaultBounds.cpu,
    memory: boundOf(memory, 'memory') ?? defaultBounds.memory,
  };
}

function boundOf(text: string | undefined, field: string): number | null {
  if (text === undefined) return null;
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  const share = Number(percent ?? Number.NaN) / 100;
  if (share >= 0.1 && share <= 1) return share;
  throw new Error(`x-vx11.load.${field}: "${text}" is not a percentage from 10% to 100%`);
}
