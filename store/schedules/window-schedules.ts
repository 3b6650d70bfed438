import type { Selectable, Transaction } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type {
  DecidedOccurrence,
  DeclaredWindowSchedule,
  OccurrenceOutcome,
} from '../../contracts/window-schedule.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createNamedRows } from '../core/named-rows.ts';
import type { Tables } from '../core/schema.ts';

/** A scheduled window as it is kept. Instants in epoch ms. */
export interface KeptWindowSchedule {
  host: string;
  name: string;
  source: 'file' | 'api';
  declared: DeclaredWindowSchedule;
  /** Whether people have paused it; the compose file may pause it as well. */
  paused: boolean;
  note: string | null;
  decided_until: number;
  signalled: string;
  owner: string;
  owner_id: string | null;
}

export interface WindowScheduleStore {
  /** Of one host, or of all. */
  list(host?: string): Promise<KeptWindowSchedule[]>;
  find(host: string, name: string): Promise<KeptWindowSchedule | null>;
  /**
   * Writes a new one or, of a known one of the same source, its new text. @param mayBeKnown false: only a new one
   * @returns false if the name is taken
   */
  put(one: NewWindowSchedule, events: NewEvent[]): Promise<boolean>;
  /** Pauses or resumes it. What came up to `now` while it was paused is not made up for. */
  steer(
    host: string,
    name: string,
    state: { paused: boolean; note: string | null; now: number },
    events: NewEvent[],
  ): Promise<void>;
  remove(host: string, name: string, events: NewEvent[]): Promise<void>;
  /** Notes what its workflow was signalled of. */
  signalled(host: string, name: string, text: string): Promise<void>;
  /** Writes what became of its times up to `until`. A time that was decided before stays as it was. */
  decide(host: string, name: string, until: number, decided: Decided[]): Promise<void>;
  /** The last occurrences, newest first. */
  last(host: string, name: string, limit: number): Promise<DecidedOccurrence[]>;
}

export type NewWindowSchedule = Pick<
  KeptWindowSchedule,
  'host' | 'source' | 'declared' | 'owner' | 'owner_id'
> & { now: number; mayBeKnown: boolean };

export interface Decided {
  slot: string;
  at: number;
  outcome: OccurrenceOutcome;
  window_id: string | null;
  detail: string | null;
  event: NewEvent;
}

type Row = Selectable<Tables['window_schedules']>;

const toKept = ({ spec, paused, source, created_at: _at, ...row }: Row): KeptWindowSchedule => ({
  ...row,
  source: source as KeptWindowSchedule['source'],
  declared: JSON.parse(spec) as DeclaredWindowSchedule,
  paused: paused === 1,
});

export function createWindowScheduleStore(
  connection: Connection,
  append: AppendEvents,
): WindowScheduleStore {
  const { list, under, change } = createNamedRows(connection, append, 'window_schedules');
  const rowOf = (tx: Pick<Transaction<Tables>, 'selectFrom'>, host: string, name: string) =>
    tx
      .selectFrom('window_schedules')
      .selectAll()
      .where('host', '=', host)
      .where('name', '=', name)
      .executeTakeFirst();
  return {
    list: async (host) => (await list(host)).map(toKept),
    find: (host, name) =>
      connection.read(async (db) => {
        const row = await rowOf(db, host, name);
        return row === undefined ? null : toKept(row);
      }),
    put: ({ host, source, declared, owner, owner_id, now, mayBeKnown }, events) =>
      under(host, declared.name, async (tx) => {
        const known = await rowOf(tx, host, declared.name);
        if (known !== undefined && !(mayBeKnown && known.source === source)) return false;
        const spec = JSON.stringify(declared);
        if (known?.spec === spec) return true;
        const row = { host, name: declared.name, source, spec, owner, owner_id };
        await tx
          .insertInto('window_schedules')
          .values({
            ...row,
            paused: 0,
            note: null,
            decided_until: now,
            signalled: '',
            created_at: now,
          })
          // new times count from now on
          .onConflict((conflict) =>
            conflict.columns(['host', 'name']).doUpdateSet({ spec, decided_until: now }),
          )
          .execute();
        await append(tx, events);
        return true;
      }),
    steer: (host, name, { paused, note, now }, events) =>
      change(host, name, { paused: paused ? 1 : 0, note, decided_until: now }, events),
    remove: (host, name, events) =>
      under(host, name, async (tx) => {
        for (const table of ['window_schedules', 'window_occurrences'] as const)
          await tx.deleteFrom(table).where('host', '=', host).where('name', '=', name).execute();
        await append(tx, events);
      }),
    signalled: (host, name, text) => change(host, name, { signalled: text }, []),
    decide: (host, name, until, decided) =>
      under(host, name, async (tx) => {
        const known = await tx
          .selectFrom('window_occurrences')
          .select('slot')
          .where('host', '=', host)
          .where('name', '=', name)
          .where('slot', 'in', ['', ...decided.map(({ slot }) => slot)])
          .execute();
        const old = new Set(known.map(({ slot }) => slot));
        const fresh = decided.filter(({ slot }) => !old.has(slot));
        const rows = fresh.map(({ event, ...one }) => ({
          ...one,
          host,
          name,
          decided_at: event.at,
        }));
        if (rows.length > 0) await tx.insertInto('window_occurrences').values(rows).execute();
        await tx
          .updateTable('window_schedules')
          .set({ decided_until: until })
          .where('host', '=', host)
          .where('name', '=', name)
          .where('decided_until', '<', until)
          .execute();
        await append(
          tx,
          fresh.map(({ event }) => event),
        );
      }),
    last: (host, name, limit) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('window_occurrences')
          .select(['slot', 'at', 'outcome', 'window_id', 'detail'])
          .where('host', '=', host)
          .where('name', '=', name)
          .orderBy('at', 'desc')
          .orderBy('slot', 'desc')
          .limit(limit)
          .execute();
        return rows.map(({ at, outcome, ...row }) => ({
          ...row,
          at: isoTime(at),
          outcome: outcome as OccurrenceOutcome,
        }));
      }),
  };
}
