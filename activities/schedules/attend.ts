import type { NewEvent } from '../../contracts/event.ts';
import type { Catalog } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { decideDue, type DueDecision } from '../../domain/schedules/decide-due.ts';
import { occurrencesAfter, type Occurrence } from '../../domain/schedules/occurrences.ts';
import { startOrder } from '../../domain/services/start-order.ts';
import { hasEnded, requested } from '../../domain/windows/window.ts';
import { requestedEvent } from '../../domain/windows/window-events.ts';
import { sha256 } from '../../platform/hash.ts';
import type { Decided, KeptWindowSchedule } from '../../store/schedules/window-schedules.ts';
import { attempt } from '../heartbeat.ts';
import type { WindowScheduleActivities, WindowScheduleDeps } from './deps.ts';

/** Of the times that were missed, no more are recorded one by one. */
const mostDue = 50;

export const createWindowScheduleActivities = (
  deps: WindowScheduleDeps,
): WindowScheduleActivities => ({
  attendSchedule: ({ name }) => attempt(() => attend(deps, name)),
});

/** The same without heartbeats. */
export async function attend(
  deps: WindowScheduleDeps,
  name: string,
): Promise<{ next_at: number | null }> {
  const { store, clock, host } = deps.power;
  const kept = await store.windowSchedules.find(host, name);
  if (kept === null || !isActive(kept)) return { next_at: null };
  const now = clock();
  const due = dueOf(kept, now);
  if (due.length > 0) {
    const openWindow = await openWindowOf(deps, kept, due);
    const ttl_ms = kept.declared.ttl_seconds * 1000;
    const decided: Decided[] = [];
    for (const one of decideDue(due, { now, ttl_ms, openWindow }))
      decided.push(await carryOut(deps, kept, one));
    await store.windowSchedules.decide(host, name, due.at(-1)!.at, decided);
  }
  const { cron, timezone } = kept.declared;
  const [next] = occurrencesAfter(cron, timezone, now, 1);
  return { next_at: next?.at ?? null };
}

export const isActive = ({ paused, declared }: KeptWindowSchedule): boolean =>
  !paused && !declared.paused && declared.problems.length === 0;

/** The times that have come and are not decided, in order: after a long time, the newest of them. */
function dueOf({ declared, decided_until }: KeptWindowSchedule, now: number): Occurrence[] {
  const { cron, timezone, ttl_seconds } = declared;
  const upToNow = (after: number): Occurrence[] =>
    occurrencesAfter(cron, timezone, after, mostDue).filter(({ at }) => at <= now);
  const all = upToNow(decided_until);
  if (all.length < mostDue) return all;
  // too many to look at one by one: those that may still open are within one TTL
  const recent: Occurrence[] = [];
  let after = Math.max(decided_until, now - ttl_seconds * 1000);
  for (let page = upToNow(after); page.length > 0; page = upToNow(after)) {
    recent.push(...page);
    after = page.at(-1)!.at;
  }
  return [...all.slice(0, 1), ...recent].slice(-mostDue);
}

/** The schedule's window that is still open, other than that of one of these times, which a crash may have left. */
async function openWindowOf(
  { power: { store, host } }: WindowScheduleDeps,
  kept: KeptWindowSchedule,
  due: readonly Occurrence[],
): Promise<string | null> {
  const own = new Set(due.map(({ slot }) => windowIdOf(kept, slot)));
  const last = await store.windowSchedules.last(host, kept.name, 5);
  for (const { window_id } of last) {
    if (window_id === null || own.has(window_id)) continue;
    const view = await store.windows.find(window_id);
    if (view !== null && !hasEnded(view)) return window_id;
  }
  return null;
}

/** The same for every try, so that nothing opens twice. */
export const windowIdOf = ({ host, name }: { host: string; name: string }, slot: string): string =>
  `window-${sha256(JSON.stringify(['schedule', host, name, slot])).slice(0, 16)}`;

async function carryOut(
  deps: WindowScheduleDeps,
  kept: KeptWindowSchedule,
  one: DueDecision,
): Promise<Decided> {
  const { store, clock, host } = deps.power;
  const { slot, at, moved } = one;
  const window_id = windowIdOf(kept, slot);
  const known = await store.windows.find(window_id);
  const decided = (
    outcome: Decided['outcome'],
    type: NewEvent['type'],
    why: string | null,
  ): Decided => {
    const opened = outcome === 'opened';
    const detail = why ?? (moved ? 'moved: clocks skip its time on this day' : null);
    const id = opened ? window_id : null;
    const payload = {
      schedule: kept.name,
      slot,
      outcome,
      moved,
      ...(detail !== null && { why: detail }),
    };
    const event = { type, at: clock(), actor: `schedule:${kept.name}`, host, payload };
    return {
      slot,
      at,
      outcome,
      window_id: id,
      detail,
      event: opened ? { ...event, window_id } : event,
    };
  };
  if (known === null && one.act === 'skip')
    return decided('skipped_open', 'schedule.skipped', one.why);
  if (known === null && one.act === 'miss') return decided('missed', 'schedule.missed', one.why);
  const view = known ?? (await request(deps, kept, window_id, (one as { ttl_ms: number }).ttl_ms));
  if (typeof view === 'string') return decided('refused', 'schedule.missed', view);
  if (!hasEnded(view)) await deps.startWindow(view);
  return decided('opened', 'schedule.opened', null);
}

/** Stores the window of a time. @returns why there is none */
async function request(
  { power }: WindowScheduleDeps,
  kept: KeptWindowSchedule,
  window_id: string,
  ttl_ms: number,
): Promise<WindowView | string> {
  const { store, clock, host } = power;
  const { services, reason } = kept.declared;
  const most = longestOf(await power.catalog.current(), services);
  if (typeof most === 'string') return most;
  const view = requested(
    {
      window_id,
      host,
      services,
      ttl_ms,
      max_ttl_ms: most,
      kind: 'operator',
      target: null,
      owner: `schedule:${kept.name}`,
      reason: reason ?? `schedule ${kept.name}`,
      correlation_id: window_id,
    },
    clock(),
  );
  const { owner_id } = kept;
  const event = {
    ...requestedEvent(view, clock()),
    ...(owner_id !== null && { actor_id: owner_id }),
  };
  const { window } = await store.windows.request(view, [event], owner_id);
  return window;
}

/** The longest TTL of a window over these services: no dependency outlives its own `max_ttl`. */
function longestOf({ services }: Catalog, names: string[]): number | string {
  const byName = new Map(services.map((one) => [one.name, one]));
  const lacking = names.find((name) => byName.get(name)?.tier !== 'window');
  if (lacking !== undefined) return `no window can be opened for ${lacking} any more`;
  const held = startOrder(names, byName).flatMap((name) => byName.get(name) ?? []);
  return Math.min(...held.map(({ max_ttl_ms }) => max_ttl_ms));
}
