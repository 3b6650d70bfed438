import { sql } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { KeptSchedule } from '../../contracts/schedule.ts';
import { isoTimeOrNull } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createNamedRows } from '../core/named-rows.ts';
import type { Tables } from '../core/schema.ts';

/** A schedule of a host, and its firings. */
export interface ScheduleRow extends KeptSchedule {
  host: string;
  /** Firings that could start nothing. */
  lost: number;
  last_run_id: string | null;
  last_fired_at: string | null;
}

/** The schedules that Temporal was given. */
export interface ScheduleStore {
  /** Of one host, or of all. */
  list(host?: string): Promise<ScheduleRow[]>;
  /** Writes what Temporal has; the firings stay. */
  keep(host: string, kept: KeptSchedule, events: NewEvent[]): Promise<void>;
  pause(
    host: string,
    name: string,
    state: Pick<KeptSchedule, 'paused' | 'note'>,
    events: NewEvent[],
  ): Promise<void>;
  /** @param at epoch ms */
  fired(host: string, name: string, runId: string, at: number): Promise<void>;
  /** Counts a firing that could start nothing. */
  lost(host: string, name: string, events: NewEvent[]): Promise<void>;
  forget(host: string, name: string, events: NewEvent[]): Promise<void>;
}

type Row = Tables['check_schedules'];

const toRow = ({ next_at, paused, last_fired_at, ...row }: Row): ScheduleRow => ({
  ...row,
  paused: paused === 1,
  next: JSON.parse(next_at) as string[],
  last_fired_at: isoTimeOrNull(last_fired_at),
});

export function createScheduleStore(connection: Connection, append: AppendEvents): ScheduleStore {
  const { list, under, change } = createNamedRows(connection, append, 'check_schedules');
  return {
    list: async (host) => (await list(host)).map(toRow),
    keep: (host, { name, next, paused, ...kept }, events) =>
      under(host, name, async (tx) => {
        const set = { ...kept, paused: paused ? 1 : 0, next_at: JSON.stringify(next) };
        const row = { host, name, ...set, lost: 0, last_run_id: null, last_fired_at: null };
        await tx
          .insertInto('check_schedules')
          .values(row)
          .onConflict((conflict) => conflict.columns(['host', 'name']).doUpdateSet(set))
          .execute();
        await append(tx, events);
      }),
    pause: (host, name, { paused, note }, events) =>
      change(host, name, { paused: paused ? 1 : 0, note }, events),
    fired: (host, name, last_run_id, last_fired_at) =>
      change(host, name, { last_run_id, last_fired_at }, []),
    lost: (host, name, events) => change(host, name, { lost: sql<number>`lost + 1` }, events),
    forget: (host, name, events) =>
      under(host, name, async (tx) => {
        await tx
          .deleteFrom('check_schedules')
          .where('host', '=', host)
          .where('name', '=', name)
          .execute();
        await append(tx, events);
      }),
  };
}
