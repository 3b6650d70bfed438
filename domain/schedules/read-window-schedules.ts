import { windowScheduleSource } from '../../contracts/compose.ts';
import type { DeclaredWindowSchedule } from '../../contracts/window-schedule.ts';
import { readCron } from '../checks/cron.ts';
import { parseDuration } from '../services/compose-units.ts';
import { zoneOf } from '../services/time-zone.ts';

const shortestMs = 1000;
const longestMs = 86_400_000;

/** Whether an entry of `x-vx11.schedule` opens a window; the others run checks. */
export const opensWindow = (source: unknown): boolean =>
  typeof source === 'object' && source !== null && ('services' in source || 'ttl' in source);

/**
 * Reads the scheduled windows of a compose file. What is wrong with one is noted in it; such a one opens nothing.
 * @param sources all entries of `x-vx11.schedule`
 * @param known the services that a window can be opened for
 */
export function readWindowSchedules(
  sources: readonly unknown[],
  known: readonly string[],
): DeclaredWindowSchedule[] {
  const nameOf = (source: unknown): unknown => (source as { name?: unknown } | null)?.name;
  const names = sources.map(nameOf);
  return sources.flatMap((source, at) => {
    if (!opensWindow(source)) return [];
    const read = readOne(source, `x-vx11.schedule.${at}`, known);
    const isShared = names.filter((name) => name === read.name).length > 1;
    if (isShared) read.problems.push(`several schedules are named ${read.name}`);
    return [read];
  });
}

function readOne(source: unknown, where: string, known: readonly string[]): DeclaredWindowSchedule {
  const parsed = windowScheduleSource.safeParse(source);
  if (!parsed.success) {
    const { name } = source as { name?: unknown };
    const [issue] = parsed.error.issues;
    const problem = `${[where, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`;
    return {
      ...blank,
      name: typeof name === 'string' ? name.slice(0, 64) : where,
      problems: [problem],
    };
  }
  const {
    name,
    services,
    cron,
    timezone = 'UTC',
    ttl,
    reason = null,
    paused = false,
  } = parsed.data;
  const ttl_ms = parseDuration(ttl);
  const what = { name, services, cron: [cron].flat(), timezone, reason, paused };
  return declare({ ...what, ttl_ms: ttl_ms ?? 0 }, known, (field) => `${where}.${field}: `);
}

const blank: DeclaredWindowSchedule = {
  name: '',
  services: [],
  cron: [],
  timezone: 'UTC',
  ttl_seconds: 0,
  reason: null,
  paused: false,
  problems: [],
};

type Asked = Omit<DeclaredWindowSchedule, 'ttl_seconds' | 'problems'> & { ttl_ms: number };

/**
 * A scheduled window with its cron expressions in figures, and what is wrong with it.
 * @param placeOf how a problem of a field begins
 */
export function declare(
  { ttl_ms, ...asked }: Asked,
  known: readonly string[],
  placeOf: (field: string) => string,
): DeclaredWindowSchedule {
  const problems: string[] = [];
  const noted = <T>(field: string, read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      problems.push(`${placeOf(field)}${(error as Error).message}`);
      return null;
    }
  };
  if (ttl_ms < shortestMs || ttl_ms > longestMs)
    problems.push(`${placeOf('ttl')}write a duration from 1s to 24h, such as 45m`);
  const unknown = asked.services.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    problems.push(`${placeOf('services')}no window can be opened for ${unknown.join(', ')}`);
  return {
    ...asked,
    cron: asked.cron.flatMap((one) => noted('cron', () => readCron(one)) ?? []),
    timezone: noted('timezone', () => zoneOf(asked.timezone)) ?? asked.timezone,
    ttl_seconds: ttl_ms / 1000,
    problems,
  };
}
