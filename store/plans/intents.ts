import { VX11Error } from '../../contracts/errors.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { IntentRecord, NewIntent } from '../../contracts/intent.ts';
import type { PlanSource } from '../../contracts/plan.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { appendLinks, type Chain } from '../core/hash-chain.ts';
import type { Tables } from '../core/schema.ts';

type IntentRow = Tables['intents_log'];

/** How the intent log is chained. */
export const intentChain: Chain<'intents_log'> = {
  table: 'intents_log',
  noun: 'intent',
  members: (row) => [
    row.prev_hash,
    row.seq,
    row.id,
    row.at,
    row.source,
    row.actor,
    row.session_id,
    row.correlation_id,
    row.payload,
  ],
};

const toRecord = ({ id, ...row }: IntentRow): IntentRecord => ({
  ...row,
  intent_id: id,
  source: row.source as PlanSource,
  at: isoTime(row.at),
  payload: JSON.parse(row.payload) as Record<string, unknown>,
});

/** The append-only log of requests to madre, written before any of them takes effect. */
export interface IntentStore {
  /** Throws `madre_unavailable` if the intent is already logged: the request repeats one that is under way. */
  append(intent: NewIntent, events: NewEvent[]): Promise<void>;
  /** The newest intent with this correlation id. */
  newestOf(correlationId: string): Promise<IntentRecord | null>;
  /** Null if there is none, or retention removed it. */
  find(id: string): Promise<IntentRecord | null>;
  /** The number of the newest intent; 0 before the first. */
  newest(): Promise<number>;
}

/** The error for a repeat whose first request is logged but has no plan yet. */
export const intentUnderWay = (): VX11Error =>
  new VX11Error(
    'madre_unavailable',
    'madre has received this request, but has no plan for it yet; try again.',
    {
      retryAfterSeconds: 1,
    },
  );

export function createIntentStore(connection: Connection, append: AppendEvents): IntentStore {
  return {
    append: ({ intent_id, payload, ...rest }, events) =>
      connection.writeUnder([`intent/${intent_id}`], async (tx) => {
        const same = tx.selectFrom('intents_log').select('seq').where('id', '=', intent_id);
        if ((await same.executeTakeFirst()) !== undefined) throw intentUnderWay();
        const content = { ...rest, id: intent_id, payload: JSON.stringify(payload) };
        await appendLinks(tx, intentChain, [content]);
        await append(tx, events);
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
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('intents_log')
          .selectAll()
          .where('id', '=', id)
          .orderBy('seq')
          .limit(1)
          .executeTakeFirst();
        return row === undefined ? null : toRecord(row);
      }),
    newest: () =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('intents_log')
          .select((eb) => eb.fn.max('seq').as('seq'))
          .executeTakeFirst();
        return row?.seq ?? 0;
      }),
  };
}
