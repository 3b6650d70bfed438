import type { DeclaredSchedule, KeptSchedule, SeenSchedule } from '../../../contracts/schedule.ts';
import { scheduleAct, specOf } from '../../../domain/checks/schedule-act.ts';
import { createBoundedRound, throwFailures } from '../../../platform/concurrency/bounded-round.ts';
import { hostEvent } from '../../power/host/host.ts';
import type { ScheduleCalls, ScheduleDeps } from './deps.ts';

/** How often a schedule that has not changed is looked up in Temporal. */
const lookMs = 30_000;
const bounds = { atOnce: 4, ms: 4000 };

interface Pair {
  name: string;
  declared: DeclaredSchedule | null;
  kept: KeptSchedule | null;
}

/**
 * Brings the Schedules of this host in line with its compose file: writes new and changed ones, removes those that are no
 * longer declared, and keeps what Temporal says of the others.
 */
export function createScheduleRound(deps: ScheduleDeps): () => Promise<void> {
  const { power } = deps;
  const { store, clock, host } = power;
  /** When each was last seen as declared, over which connection. */
  const seenAt = new Map<string, { at: number; over: ScheduleCalls }>();
  const round = createBoundedRound<Pair>(bounds, ({ name }) => name);

  const isDue = ({ name, declared, kept }: Pair, calls: ScheduleCalls): boolean => {
    const last = seenAt.get(name);
    const wanted = declared === null || declared.problems.length > 0 ? '' : specOf(declared);
    const isRight = declared !== null && (kept?.spec ?? '') === wanted;
    const isFresh = last?.over === calls && clock() - last.at < lookMs;
    return !isRight || !isFresh;
  };

  const settle = async ({ name, declared, kept }: Pair, calls: ScheduleCalls): Promise<void> => {
    const seen = await calls.look(host, name);
    const act = scheduleAct(declared, kept, seen);
    const event = (type: 'schedule.changed' | 'schedule.removed') =>
      hostEvent(power, type, 'madre', { payload: { schedule: name } });
    if (act.act === 'remove') {
      await calls.remove(host, name);
      const events = kept === null || kept.spec === '' ? [] : [event('schedule.removed')];
      if (act.forget) await store.schedules.forget(host, name, events);
      else await store.schedules.keep(host, { ...restOf(name, kept, null), spec: '' }, events);
    } else if (act.act === 'write') {
      const { paused, note } = act;
      // before Temporal has it, so that it is found again whatever happens in between
      if (kept === null)
        await store.schedules.keep(host, { ...restOf(name, null, null), spec: '' }, []);
      await calls.write(host, declared!, { paused, note });
      const now = restOf(name, kept, await calls.look(host, name));
      const events = act.spec === kept?.spec ? [] : [event('schedule.changed')];
      await store.schedules.keep(host, { ...now, spec: act.spec, paused, note }, events);
    } else if (act.act === 'keep') {
      const { paused, note } = act;
      const now = { ...restOf(name, kept, seen), spec: kept!.spec, paused, note };
      if (!isSame(now, kept!)) await store.schedules.keep(host, now, []);
    }
    seenAt.set(name, { at: clock(), over: calls });
  };

  return async () => {
    const calls = deps.calls();
    if (calls === null) return;
    const { schedules = [], error } = await power.catalog.current();
    const kept = await store.schedules.list(host);
    if (schedules.length === 0 && kept.length === 0) return;
    const byName = new Map(schedules.map((one) => [one.name, one]));
    // a file that cannot be read removes nothing
    const others = error === null ? kept.map(({ name }) => name) : [];
    const names = new Set([...byName.keys(), ...others]);
    const pairs = [...names].map((name) => ({
      name,
      declared: byName.get(name) ?? null,
      kept: kept.find((one) => one.name === name) ?? null,
    }));
    const due = pairs.filter((pair) => isDue(pair, calls));
    throwFailures(await round(due, (pair) => settle(pair, calls)));
  };
}

const restOf = (
  name: string,
  kept: KeptSchedule | null,
  seen: SeenSchedule | null,
): Omit<KeptSchedule, 'spec'> => ({
  name,
  paused: kept?.paused ?? seen?.paused ?? false,
  note: kept?.note ?? seen?.note ?? null,
  next: seen?.next ?? [],
  skipped: seen?.skipped ?? kept?.skipped ?? 0,
  missed: seen?.missed ?? kept?.missed ?? 0,
});

const isSame = (one: KeptSchedule, other: KeptSchedule): boolean =>
  (['paused', 'note', 'skipped', 'missed'] as const).every((key) => one[key] === other[key]) &&
  one.next.join() === other.next.join();
