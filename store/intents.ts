import type { IntentRecord, NewIntent } from '../contracts/intent.ts';
import type { PlanSource } from '../contracts/plan.ts';
import { linked, linkHash, verifyChain, type Verdict } from './chain.ts';
import type { Connection } from './connection.ts';
import type { Tables } from './schema.ts';

type IntentRow = Tables['intents_log'];

/** SHA-256 over the previous hash and every other member, in this order, as JSON. */
export const intentHash = (row: Omit<IntentRow, 'hash'>): string =>
  linkHash([
    row.prev_hash,
    row.seq,
    row.id,
    row.at,
    row.source,
    row.actor,
    row.session_id,
    row.correlation_id,
    row.payload,
  ]);

const toRecord = ({ id, ...row }: IntentRow): IntentRecord => ({
  ...row,
  intent_id: id,
  source: row.source as PlanSource,
  at: new Date(row.at).toISOString(),
  payload: JSON.parse(row.payload) as Record<string, unknown>,
});

/** The append-only log of what was asked, before anything came of it. */
export interface IntentStore {
  append(intent: NewIntent): Promise<void>;
  /** The newest that was asked under this correlation id. */
  newestOf(correlationId: string): Promise<IntentRecord | null>;
  /** Those after `seq`, oldest first. */
  after(seq: number, limit: number): Promise<IntentRecord[]>;
  count(): Promise<number>;
  /** Walks the whole chain; names the first that does not fit. */
  verify(): Promise<Verdict>;
}

export function createIntentStore(connection: Connection): IntentStore {
  const page = (seq: number, limit: number) =>
    connection.read((db) =>
      db
        .selectFrom('intents_log')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute(),
    );
  return {
    append: ({ intent_id, payload, ...rest }) =>
      connection.write(async (tx) => {
        const last = await tx
          .selectFrom('intents_log')
          .select(['seq', 'hash'])
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst();
        const content = { ...rest, id: intent_id, payload: JSON.stringify(payload) };
        const rows = linked<Omit<IntentRow, 'hash'>>(last, [content], intentHash);
        await tx.insertInto('intents_log').values(rows).execute();
      }),
    newestOf: (correlationId) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('intents_log')
          .selectAll()
          .where('correlation_id', '=', correlationId)
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst();
        return row === undefined ? null : toRecord(row);
      }),
    after: async (seq, limit) => (await page(seq, limit)).map(toRecord),
    count: () =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('intents_log')
          .select((eb) => eb.fn.max('seq').as('seq'))
          .executeTakeFirst();
        return row?.seq ?? 0;
      }),
    verify: () => verifyChain('intent', page, intentHash),
  };
}
