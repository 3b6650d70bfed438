import type { CheckResult } from '../../../contracts/checks.ts';

/** What was seen of the run's services while it lasted. */
export interface Seen {
  events: readonly { service: string; container: string; action: string }[];
  samples: readonly { service: string; memory_bytes: number }[];
}

/** The points of one service; null for what could not be observed. */
export interface ServiceStability {
  /** 0 to 100, over what could be observed; null for nothing. */
  score: number | null;
  points: Record<Part, number | null>;
  peak_memory_bytes: number | null;
}

/** The most points of each part. */
const most = { tests: 40, health: 20, restarts: 15, out_of_memory: 15, memory: 10 };
type Part = keyof typeof most;

const mebibyte = 1024 ** 2;
/** All points of memory up to the first, none from the second on. */
const memoryBounds = { full: 400 * mebibyte, none: 800 * mebibyte };

/**
 * `stability.json`: how steady each service was during a run, by the weights of the stability suite of the older system: 40
 * for its checks, 20 for its health, 15 without a new restart, 15 without an OOM kill, 10 for its memory.
 */
export function stability(
  services: readonly string[],
  results: readonly CheckResult[],
  seen: Seen,
): { score: number | null; services: Record<string, ServiceStability> } {
  const scores = services.map((service) => [service, stabilityOf(service, results, seen)] as const);
  const known = scores.flatMap(([, { score }]) => (score === null ? [] : score));
  return {
    score: known.length === 0 ? null : rounded(sum(known) / known.length),
    services: Object.fromEntries(scores),
  };
}

function stabilityOf(
  service: string,
  results: readonly CheckResult[],
  { events, samples }: Seen,
): ServiceStability {
  const judged = results.filter(
    (one) => one.service === service && /^(passed|failed|flaky|timeout|error)$/.test(one.status),
  );
  const own = events.filter((event) => event.service === service);
  const memory = samples.filter((one) => one.service === service).map((one) => one.memory_bytes);
  const isKnown = judged.length + own.length + memory.length > 0;
  const saw = (action: string, cause: string): boolean =>
    own.some((event) => event.action === action) || judged.some((one) => one.cause === cause);
  const starts = own.filter(({ action }) => action === 'start').map(({ container }) => container);
  const hasRestarted = new Set(starts).size < starts.length || saw('restart', 'restarted');
  const peak = memory.length === 0 ? null : Math.max(...memory);
  const unless = (part: Part, isBad: boolean): number | null =>
    isKnown ? (isBad ? 0 : most[part]) : null;
  const passed = judged.filter(({ status }) => status === 'passed').length;
  const points: ServiceStability['points'] = {
    tests: judged.length === 0 ? null : rounded((most.tests * passed) / judged.length),
    health: unless('health', saw('health_status: unhealthy', 'unhealthy')),
    restarts: unless('restarts', hasRestarted),
    out_of_memory: unless('out_of_memory', saw('oom', 'out_of_memory')),
    memory: peak === null ? null : rounded(most.memory * memoryShare(peak)),
  };
  const parts = (Object.keys(most) as Part[]).filter((part) => points[part] !== null);
  const possible = sum(parts.map((part) => most[part]));
  const reached = sum(parts.map((part) => points[part] ?? 0));
  const score = possible === 0 ? null : rounded((100 * reached) / possible);
  return { score, points, peak_memory_bytes: peak };
}

const memoryShare = (bytes: number): number => {
  const { full, none } = memoryBounds;
  return Math.min(1, Math.max(0, (none - bytes) / (none - full)));
};

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

const rounded = (value: number): number => Number(value.toFixed(1));
