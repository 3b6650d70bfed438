import { sql, type Kysely, type Transaction } from 'kysely';
import { sha256 } from '../../platform/hash.ts';
import type { Connection } from './connection.ts';
import { lockKeys } from './locks.ts';
import type { Tables } from './schema.ts';

/** The columns that every chained table has. `at` in epoch ms. */
export interface Link {
  seq: number;
  at: number;
  prev_hash: string;
  hash: string;
}

/**
 * Tables whose rows are links: each holds the hash of the row before it, so that any change of an older row is
 * detected.
 */
export type ChainedTable = {
  [K in keyof Tables]: Tables[K] extends Link ? K : never;
}[keyof Tables];

export interface Chain<Table extends ChainedTable> {
  table: Table;
  /** What a row is called in the description of a break. */
  noun: string;
  /** Every column except `hash`, in the order in which they are hashed, which must never change. */
  members(row: Omit<Tables[Table], 'hash'>): readonly unknown[];
}

/** The `prev_hash` of the first link. */
export const chainStart = '0'.repeat(64);

/** SHA-256 over the members of a row as JSON. */
export const linkHash = <Table extends ChainedTable>(
  chain: Chain<Table>,
  row: Omit<Tables[Table], 'hash'>,
): string => sha256(JSON.stringify(chain.members(row)));

/** The number and hash of a link. */
export interface Place {
  seq: number;
  hash: string;
}

/** The link that was removed last: the rest of the chain begins after it. */
export type Anchor = Place;

/** The first link that does not fit. */
export interface ChainBreak {
  broken_at: number;
  because: string;
}

export type ChainProof = { ok: true; checked: number } | ({ ok: false } & ChainBreak);

/** The columns that all chained tables share; the table itself is known only at run time. */
const links = (db: Kysely<Tables>) => db as unknown as Kysely<{ chain: Link }>;
const nameOf = ({ table }: Chain<ChainedTable>) => table as string as 'chain';

/** Locks the chain until this transaction ends, so that links are written in the order of their commits. */
export const lockChain = (tx: Transaction<Tables>, { table }: Chain<ChainedTable>): Promise<void> =>
  lockKeys(tx, [`chain/${table}`]);

/** Appends rows to the chain within a transaction. @returns the rows as they were written */
export async function appendLinks<Table extends ChainedTable>(
  tx: Transaction<Tables>,
  chain: Chain<Table>,
  rows: Omit<Tables[Table], 'seq' | 'prev_hash' | 'hash'>[],
): Promise<Tables[Table][]> {
  if (rows.length === 0) return [];
  await lockChain(tx, chain);
  let { seq, hash } = await endOf(tx, chain);
  const linked = rows.map((row) => {
    const open = { ...row, seq: (seq += 1), prev_hash: hash } as unknown as Tables[Table];
    hash = linkHash(chain, open);
    return { ...open, hash };
  });
  await links(tx).insertInto(nameOf(chain)).values(linked).execute();
  await tx.updateTable('chain_heads').set({ seq, hash }).where('name', '=', chain.table).execute();
  return linked;
}

/**
 * The link that the next one follows. Normally the head, so that a gap stays visible if the newest rows were removed. The
 * newest row if it is beyond the head: a version that kept no heads wrote it.
 */
async function endOf(tx: Transaction<Tables>, chain: Chain<ChainedTable>): Promise<Place> {
  const ends = sql<Place & { is_head: number }>`
    select seq, hash, 1 as is_head from chain_heads where name = ${chain.table}
    union all
    select seq, hash, 0 from
      (select seq, hash from ${sql.table(chain.table)} order by seq desc limit 1) as newest`;
  const { rows } = await ends.execute(tx);
  const head = rows.find(({ is_head }) => is_head === 1);
  const newest = rows.find(({ is_head }) => is_head === 0);
  if (head === undefined) return newest ?? origin;
  if (newest === undefined || newest.seq <= head.seq) return head;
  const row = await links(tx)
    .selectFrom(nameOf(chain))
    .select('hash')
    .where('seq', '=', head.seq)
    .executeTakeFirst();
  // if other rows replaced removed ones, the next link must not fit them
  return row === undefined || row.hash === head.hash ? newest : { ...newest, hash: head.hash };
}

/** Up to `limit` rows after a number, oldest first. */
export const linksAfter = <Table extends ChainedTable>(
  connection: Connection,
  chain: Chain<Table>,
  seq: number,
  limit: number,
): Promise<Tables[Table][]> => connection.read((db) => rowsAfter(db, chain, seq, limit));

/** The same within a transaction. */
export async function rowsAfter<Table extends ChainedTable>(
  db: Kysely<Tables>,
  chain: Chain<Table>,
  seq: number,
  limit: number,
): Promise<Tables[Table][]> {
  const rows = await links(db)
    .selectFrom(nameOf(chain))
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows as Link[] as Tables[Table][];
}

/** The number before the first link that is not older than `at` (epoch ms); null if all are older. */
export const beforeInstant = (
  connection: Connection,
  chain: Chain<ChainedTable>,
  at: number,
): Promise<number | null> =>
  connection.read(async (db) => {
    const row = await links(db)
      .selectFrom(nameOf(chain))
      .select((eb) => eb.fn.min('seq').as('seq'))
      .where('at', '>=', at)
      .executeTakeFirst();
    return row === undefined || row.seq === null ? null : row.seq - 1;
  });

const placeIn =
  (table: 'chain_anchors' | 'chain_heads') =>
  async (db: Kysely<Tables>, chain: Chain<ChainedTable>): Promise<Place | null> =>
    (await db
      .selectFrom(table)
      .select(['seq', 'hash'])
      .where('name', '=', chain.table)
      .executeTakeFirst()) ?? null;

export const anchorOf = placeIn('chain_anchors');

/** The newest link as a separate table records it, in the same transaction; null if that record was removed. */
export const headOf = placeIn('chain_heads');

const page = 500;
/** The place before the first link. */
const origin: Place = { seq: 0, hash: chainStart };

/** Walks a chain in pages, from its anchor to its head; names the first link that does not fit. */
export async function verifyChain<Table extends ChainedTable>(
  connection: Connection,
  chain: Chain<Table>,
  anchor: Anchor | null,
  head: Place | null,
): Promise<ChainProof> {
  const from = anchor ?? origin;
  const next = (seq: number) => linksAfter(connection, chain, seq, page);
  const { last, broken } = await walk(chain, from, head, next);
  if (broken !== null) return { ok: false, ...broken };
  if (head === null || last.seq >= head.seq) return { ok: true, checked: last.seq - from.seq };
  const because = `${chain.noun}s ${last.seq + 1} to ${head.seq} are missing at its end`;
  return { ok: false, broken_at: last.seq + 1, because };
}

/** Walks from a link until there is no next page. @returns the last link that fits, and the break after it */
async function walk<Table extends ChainedTable>(
  chain: Chain<Table>,
  from: Place,
  head: Place | null,
  next: (seq: number) => Promise<Tables[Table][]>,
): Promise<{ last: Place; broken: ChainBreak | null }> {
  let last = from;
  if (head === null) {
    const because = 'nothing says which row is the newest';
    return { last, broken: { broken_at: last.seq + 1, because } };
  }
  for (;;) {
    const rows = await next(last.seq);
    if (rows.length === 0) return { last, broken: null };
    for (const row of rows) {
      const because = breakBetween(chain, last, row) ?? breakAtHead(chain, head, row);
      if (because !== null) return { last, broken: { broken_at: row.seq, because } };
      last = row;
    }
    // a long chain must not keep the process from its other work
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function breakBetween<Table extends ChainedTable>(
  chain: Chain<Table>,
  previous: Anchor,
  row: Tables[Table],
): string | null {
  if (row.seq !== previous.seq + 1) return `${chain.noun} ${previous.seq + 1} is missing`;
  if (row.prev_hash !== previous.hash) return `it does not follow the ${chain.noun} before it`;
  if (row.hash !== linkHash(chain, row)) return 'its content does not match its hash';
  return null;
}

const breakAtHead = ({ noun }: Chain<ChainedTable>, head: Place, row: Link): string | null =>
  row.seq === head.seq && row.hash !== head.hash
    ? `it is not the ${noun} that was the newest`
    : null;

/**
 * Removes the oldest links that are older than `before` (epoch ms), at most `limit`, never the newest one. Only links that
 * are proved to follow the anchor are removed: a break stays, with all links after it, for the next verification to find.
 * The last removed link becomes the anchor; the table's triggers allow no deletion of rows after the anchor.
 * @returns the new anchor, how many links were removed, and the break among those that were due, if any
 */
export async function pruneChain<Table extends ChainedTable>(
  tx: Transaction<Tables>,
  chain: Chain<Table>,
  { before, limit, now }: { before: number; limit: number; now: number },
): Promise<{ anchor: Anchor; removed: number; broken: ChainBreak | null }> {
  const from = (await anchorOf(tx, chain)) ?? origin;
  const through = Math.min(await lastOld(tx, chain, before), from.seq + limit);
  const next = async (seq: number) =>
    seq < through ? rowsAfter(tx, chain, seq, Math.min(page, through - seq)) : [];
  const { last, broken } =
    through > from.seq
      ? await walk(chain, from, await headOf(tx, chain), next)
      : { last: from, broken: null };
  const { seq, hash } = last;
  if (seq > from.seq) {
    await tx
      .insertInto('chain_anchors')
      .values({ name: chain.table, seq, hash, at: now })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ seq, hash, at: now }))
      .execute();
    await links(tx).deleteFrom(nameOf(chain)).where('seq', '<=', seq).execute();
  }
  return { anchor: { seq, hash }, removed: seq - from.seq, broken };
}

/** The number before the first link that is not older than `before`, or before the newest one; 0 in an empty chain. */
async function lastOld(
  tx: Transaction<Tables>,
  chain: Chain<ChainedTable>,
  before: number,
): Promise<number> {
  const table = links(tx).selectFrom(nameOf(chain));
  const newest = await table.select(({ fn }) => fn.max('seq').as('seq')).executeTakeFirst();
  const young = await table
    .select(({ fn }) => fn.min('seq').as('seq'))
    .where('at', '>=', before)
    .executeTakeFirst();
  // the minimum of no rows is null, although the type excludes it
  const [last, first] = [newest?.seq ?? null, young?.seq ?? null];
  return last === null ? 0 : Math.min(first ?? last, last) - 1;
}
