import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';
import type { KeptWindowSchedule } from '../../store/schedules/window-schedules.ts';
import { isActive } from './attend.ts';
import type { WindowScheduleDeps, WindowScheduleRuns } from './deps.ts';

/** How often it is looked up whether a workflow still runs. */
const lookMs = 30_000;
const bounds = { atOnce: 4, ms: 4000 };

/**
 * Brings the scheduled windows of this host in line with its compose file, and sees to it that each has a workflow that
 * knows of its last change.
 */
export function createWindowScheduleRound(deps: WindowScheduleDeps): () => Promise<void> {
  const { store, clock, host, catalog } = deps.power;
  const lookedAt = new Map<string, number>();
  const round = createBoundedRound<KeptWindowSchedule>(bounds, ({ name }) => name);

  const fromFile = async (): Promise<void> => {
    const { window_schedules: declared, error } = await catalog.current();
    const kept = await store.windowSchedules.list(host);
    const event = (type: 'schedule.changed' | 'schedule.removed', schedule: string) =>
      ({ type, at: clock(), actor: 'madre', host, payload: { schedule } }) as const;
    for (const one of declared ?? []) {
      const known = kept.find(({ name }) => name === one.name);
      const isSame = JSON.stringify(known?.declared) === JSON.stringify(one);
      if (isSame || known?.source === 'api') continue;
      const what = { host, source: 'file', declared: one, owner: 'madre', owner_id: null } as const;
      await store.windowSchedules.put({ ...what, now: clock(), mayBeKnown: true }, [
        event('schedule.changed', one.name),
      ]);
    }
    // a file that cannot be read removes nothing
    if (error !== null || declared === undefined) return;
    const names = new Set(declared.map(({ name }) => name));
    for (const { name, source } of kept)
      if (source === 'file' && !names.has(name))
        await store.windowSchedules.remove(host, name, [event('schedule.removed', name)]);
  };

  const settle = async (one: KeptWindowSchedule, runs: WindowScheduleRuns): Promise<void> => {
    const { name, signalled } = one;
    const text = signalText(one);
    if (text === signalled) {
      if (!isActive(one) || clock() - (lookedAt.get(name) ?? -Infinity) < lookMs) return;
      if (!(await runs.runs(host, name))) await runs.attend(host, name);
    } else {
      await runs.attend(host, name);
      await store.windowSchedules.signalled(host, name, text);
    }
    lookedAt.set(name, clock());
  };

  return async () => {
    await fromFile();
    const runs = deps.runs();
    if (runs === null) return;
    const kept = await store.windowSchedules.list(host);
    throwFailures(await round(kept, (one) => settle(one, runs)));
  };
}

/** What a workflow has to know of: if it changes, the workflow looks again. */
const signalText = ({ declared, paused }: KeptWindowSchedule): string =>
  JSON.stringify([declared.cron, declared.timezone, declared.paused, declared.problems, paused]);
