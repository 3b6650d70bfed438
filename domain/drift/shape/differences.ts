import type { Aspect, Pair } from './aspect.ts';
import { endpoints } from './endpoints.ts';
import { environment } from './environment.ts';
import { healthcheck } from './healthcheck.ts';
import { labels } from './labels.ts';
import { limits } from './limits.ts';
import { mounts } from './mounts.ts';
import { networks } from './networks.ts';
import { ports } from './ports.ts';
import { privilege } from './privilege.ts';
import { process } from './process.ts';
import { rest } from './rest.ts';

/** All parts of a container's settings. */
export const aspects: readonly Aspect[] = [
  environment,
  process,
  labels,
  mounts,
  networks,
  endpoints,
  ports,
  limits,
  privilege,
  healthcheck,
  rest,
];

/** A setting that is not as the file says. */
export interface Difference {
  /** Below the service, such as `environment.MODE`. */
  path: string;
  /** Null where the file, and the image, say nothing. */
  expected: string | null;
  actual: string | null;
}

/** Compares a container with its service, setting by setting. */
export const differencesOf = (pair: Pair): Difference[] => differencesIn(aspects, pair);

/** The same for some aspects only. */
export function differencesIn(some: readonly Aspect[], pair: Pair): Difference[] {
  return some.flatMap((aspect) => {
    const [expected, actual] = [aspect.expected(pair), aspect.actual(pair)];
    const paths = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].toSorted();
    return paths
      .filter((path) => expected[path] !== actual[path])
      .map((path) => ({ path, expected: expected[path] ?? null, actual: actual[path] ?? null }));
  });
}
