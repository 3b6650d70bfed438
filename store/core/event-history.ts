import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely';
import type { EventType } from '../../contracts/event.ts';
import type { Tables } from './schema.ts';

/** Which events of the log to show. Instants in epoch ms. */
export interface EventFilter {
  types?: readonly EventType[] | undefined;
  host?: string | undefined;
  window_id?: string | undefined;
  plan_id?: string | undefined;
  /** At this instant or later. */
  from?: number | undefined;
  /** Before this instant. */
  to?: number | undefined;
  /** With a smaller number. */
  before?: number | undefined;
  limit: number;
}

type EventRow = Tables['events'];

/** A text of an event's payload. That of `plan_id` is written as the index `events_plan` has it. */
export const memberOf = (db: Kysely<Tables>, member: string): RawBuilder<string | null> =>
  db.getExecutor().adapter instanceof PostgresAdapter
    ? sql`vx11_member(payload, ${sql.lit(member)})`
    : sql`case when json_valid(payload) then json_extract(payload, ${sql.lit(`$.${member}`)}) end`;

/**
 * The newest events that match, newest first. Every query reads a range of one index, in its order: some columns are part
 * of an expression so that SQLite does not use an index on them, which it would have to sort.
 */
export async function eventRows(db: Kysely<Tables>, filter: EventFilter): Promise<EventRow[]> {
  const { types, host, window_id, plan_id, from, to, before, limit } = filter;
  const isTimed = from !== undefined || to !== undefined;
  const range = isTimed ? await rangeOf(db, from ?? 0, to ?? Number.MAX_SAFE_INTEGER) : null;
  if (isTimed && range === null) return [];

  let rows = db.selectFrom('events').selectAll().orderBy('seq', 'desc').limit(limit);
  if (before !== undefined) rows = rows.where('seq', '<', before);
  if (range !== null) {
    rows = rows.where('seq', '>=', range.first).where('seq', '<=', range.last);
    // clocks differ between hosts, so numbers and instants do not have quite the same order
    if (from !== undefined) rows = rows.where(sql`${sql.ref('at')} + 0`, '>=', from);
    if (to !== undefined) rows = rows.where(sql`${sql.ref('at')} + 0`, '<', to);
  }
  if (host !== undefined) rows = rows.where('host', '=', host);
  if (window_id !== undefined) rows = rows.where('window_id', '=', window_id);
  if (plan_id !== undefined) rows = rows.where(memberOf(db, 'plan_id'), '=', plan_id);
  if (types === undefined) return rows.execute();
  if (window_id !== undefined || plan_id !== undefined) {
    return rows.where(sql<string>`type || ''`, 'in', types).execute();
  }
  const [first, ...others] = types.map((type, nth) =>
    db.selectFrom(rows.where('type', '=', type).as(`of_type_${nth}`)).selectAll(),
  );
  if (first === undefined) return [];
  const found = await others.reduce((all, one) => all.unionAll(one), first).execute();
  return found.toSorted((one, other) => other.seq - one.seq).slice(0, limit);
}

/** The smallest and the largest number of the events between two instants, from an index alone; null without one. */
async function rangeOf(
  db: Kysely<Tables>,
  from: number,
  to: number,
): Promise<{ first: number; last: number } | null> {
  const row = await db
    .selectFrom('events')
    .select(({ fn }) => [fn.min('seq').as('first'), fn.max('seq').as('last')])
    .where('at', '>=', from)
    .where('at', '<', to)
    .executeTakeFirst();
  const { first = null, last = null } = row ?? {};
  return first === null || last === null ? null : { first, last };
}
