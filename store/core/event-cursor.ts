import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Tables that say how far each host has read the event log: the number of the last event. */
export type CursorTable = {
  [K in keyof Tables]: K extends `${string}_cursors` ? K : never;
}[keyof Tables];

type Cursors = Pick<Tables, 'notice_cursors' | 'events'>;

/** The tables are alike; which one it is is known only at run time. */
const cursors = (db: Kysely<Tables>, table: CursorTable) => ({
  db: db as unknown as Kysely<Cursors>,
  table: table as 'notice_cursors',
});

/** The number of the last event that a host has read; undefined before its first look. */
export async function readCursor(
  from: Kysely<Tables>,
  of: CursorTable,
  host: string,
): Promise<number | undefined> {
  const { db, table } = cursors(from, of);
  const row = await db.selectFrom(table).select('seq').where('host', '=', host).executeTakeFirst();
  return row?.seq;
}

/** Sets where a host reads on, in the transaction that keeps what it has read. */
export async function setCursor(
  tx: Kysely<Tables>,
  of: CursorTable,
  host: string,
  seq: number,
): Promise<void> {
  const { db, table } = cursors(tx, of);
  await db
    .insertInto(table)
    .values({ host, seq })
    .onConflict((conflict) => conflict.column('host').doUpdateSet({ seq }))
    .execute();
}

/** The number of the newest event; 0 before the first. */
export async function newestEvent(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq ?? 0;
}
