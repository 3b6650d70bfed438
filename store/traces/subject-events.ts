import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';
import type { EventRecord, EventType } from '../../contracts/event.ts';
import { memberOf } from '../core/event-history.ts';
import { toRecord } from '../core/events.ts';
import type { Tables } from '../core/schema.ts';
import type { Range } from './traces.ts';

/** How the events of a subject are found. */
export interface SubjectKey {
  /** The member of the payload that has the id; null: the column of windows. */
  member: string | null;
  id: string;
}

/** How far back the first event of a task, a run or a repair is looked for: their ids have no index. */
const longestLook = 100_000;
const most = 200;

type Query = SelectQueryBuilder<Tables, 'events', object>;

/** The events of a subject, of these types. Windows and plans have an index; the others are found by the type's. */
function eventsOf(
  db: Kysely<Tables>,
  { member, id }: SubjectKey,
  types: readonly EventType[],
): Query {
  const all = db.selectFrom('events');
  if (member === null)
    return all.where('window_id', '=', id).where(sql<string>`type || ''`, 'in', types);
  const ours = all.where(memberOf(db, member), '=', id);
  if (member === 'plan_id') return ours.where(sql<string>`type || ''`, 'in', types);
  return ours.where('type', 'in', types);
}

export async function requestOf(
  db: Kysely<Tables>,
  subject: SubjectKey,
  begins: EventType,
  until: number,
): Promise<EventRecord | null> {
  const hasIndex = subject.member === null || subject.member === 'plan_id';
  const row = await eventsOf(db, subject, [begins])
    .selectAll()
    .where('seq', '<=', until)
    .where('seq', '>', hasIndex ? 0 : until - longestLook)
    .orderBy('seq', hasIndex ? 'asc' : 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toRecord(row);
}

export async function firstsOf(
  db: Kysely<Tables>,
  subject: SubjectKey,
  types: readonly EventType[],
  [after, before]: Range,
): Promise<EventRecord[]> {
  if (types.length === 0) return [];
  const firsts = eventsOf(db, subject, types)
    .select(({ fn }) => fn.min('seq').as('seq'))
    .where('seq', '>', after)
    .where('seq', '<', before)
    .groupBy('type');
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('seq', 'in', firsts)
    .orderBy('seq')
    .execute();
  return rows.map(toRecord);
}

export async function recordsOf(
  db: Kysely<Tables>,
  subject: SubjectKey,
  types: readonly EventType[],
  [after, before]: Range,
): Promise<EventRecord[]> {
  if (types.length === 0) return [];
  const rows = await eventsOf(db, subject, types)
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<', before)
    .orderBy('seq', 'desc')
    .limit(most)
    .execute();
  return rows.map(toRecord).toReversed();
}
