import type { SuiteSummary } from '../../contracts/checks.ts';
import { scheduleSource } from '../../contracts/compose.ts';
import type { DeclaredSchedule } from '../../contracts/schedule.ts';
import { parseDuration } from '../services/compose-units.ts';
import { zoneOf } from '../services/time-zone.ts';
import { readCron } from './cron.ts';
import { placeRun, refusalText } from './place-run.ts';

/** The shortest `every` and `catchup` that Temporal knows, in ms. */
const leastEveryMs = 1000;
const leastCatchupMs = 10_000;
const longestMs = 366 * 86_400_000;
const defaultCatchup = '5m';

/**
 * Reads the schedules of a compose file. What is wrong with one is noted in it, so that it takes no service out of the
 * catalog; such a schedule does not run.
 * @param suites what can be checked
 */
export function readSchedules(
  sources: readonly unknown[],
  suites: readonly SuiteSummary[],
): DeclaredSchedule[] {
  const read = sources.map((source, at) => readOne(source, `x-vx11.schedule.${at}`, suites));
  const seen = new Map<string, number>();
  for (const { name } of read) seen.set(name, (seen.get(name) ?? 0) + 1);
  for (const one of read) {
    if (seen.get(one.name)! > 1) one.problems.push(`several schedules are named ${one.name}`);
  }
  return read;
}

function readOne(
  source: unknown,
  where: string,
  suites: readonly SuiteSummary[],
): DeclaredSchedule {
  const named = (source as { name?: unknown } | null)?.name;
  const none = broken(typeof named === 'string' ? named.slice(0, 64) : where);
  const parsed = scheduleSource.safeParse(source);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      ...none,
      problems: [`${[where, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`],
    };
  }
  const { suites: names = [], cron = [], timezone = 'UTC', every, ...rest } = parsed.data;
  const { open = 'window', flaky = 'fail', reason = null, paused = false } = rest;
  const problems: string[] = [];
  const noted = <T>(key: string, read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      problems.push(`${where}.${key}: ${(error as Error).message}`);
      return null;
    }
  };
  const duration = (key: 'every' | 'jitter' | 'catchup', text: string | undefined, least: number) =>
    noted(key, () => durationOf(text, least));
  if (every === undefined && cron.length === 0)
    problems.push(`${where}: say when it runs: cron, such as "30 2 * * *", or every, such as 6h`);
  const every_ms = duration('every', every, leastEveryMs);
  const jitter_ms = duration('jitter', rest.jitter, 0);
  const catchup_ms = duration('catchup', rest.catchup ?? defaultCatchup, leastCatchupMs);
  const placed = placeRun([{ host: '', suites: [...suites] }], { services: names });
  if (!placed.ok) problems.push(`${where}.suites: ${refusalText(placed)}`);
  return {
    name: parsed.data.name,
    suites: names,
    cron: [cron].flat().flatMap((one) => noted('cron', () => readCron(one)) ?? []),
    timezone: noted('timezone', () => zoneOf(timezone)) ?? timezone,
    every_seconds: every_ms === null ? null : every_ms / 1000,
    jitter_seconds: (jitter_ms ?? 0) / 1000,
    catchup_seconds: (catchup_ms ?? 0) / 1000,
    open,
    flaky,
    reason,
    paused,
    problems,
  };
}

const broken = (name: string): DeclaredSchedule => ({
  name,
  suites: [],
  cron: [],
  timezone: 'UTC',
  every_seconds: null,
  jitter_seconds: 0,
  catchup_seconds: 0,
  open: 'window',
  flaky: 'fail',
  reason: null,
  paused: false,
  problems: [],
});

/** In ms; null if it is not set. */
function durationOf(text: string | undefined, least: number): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms === null) throw new Error(`"${text}" is not a duration such as 90s, 10m or 6h`);
  if (ms < least) throw new Error(`"${text}" is too short: at least ${least / 1000}s`);
  if (ms > longestMs) throw new Error(`"${text}" is too long: at most a year`);
  return ms;
}
