import type { StoredDecision } from '../../contracts/routing-call.ts';
import { utcDay } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';

/** Decisions with what became of them. */
export interface DecisionStore {
  /** Writes them in one transaction; one that is known is replaced. */
  save(decisions: readonly StoredDecision[]): Promise<void>;
  find(id: string): Promise<StoredDecision | null>;
  /** The newest first. */
  list(of: { limit: number; target?: string | undefined }): Promise<StoredDecision[]>;
  /** Removes those made before an instant (epoch ms), feedback given before it, and what was spent on days before it. */
  forget(before: number): Promise<void>;
}

const toDecision = ({ record }: { record: string }): StoredDecision =>
  JSON.parse(record) as StoredDecision;

const toRow = (one: StoredDecision) => ({
  id: one.decision_id,
  at: one.at_ms,
  owner_id: one.owner_id,
  correlation_id: one.correlation_id,
  target: one.outcome?.target ?? one.record.chosen,
  ok: one.outcome === null ? null : Number(one.outcome.ok),
  record: JSON.stringify(one),
});

/** Rows of one statement. */
const atOnce = 20;

export const createDecisionStore = (connection: Connection): DecisionStore => ({
  save: (decisions) =>
    connection.writeUnder([], async (tx) => {
      // one statement cannot replace a row twice
      const newest = new Map(decisions.map((one) => [one.decision_id, one]));
      const rows = [...newest.values()].map(toRow);
      for (let from = 0; from < rows.length; from += atOnce)
        await tx
          .insertInto('routing_decisions')
          .values(rows.slice(from, from + atOnce))
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet((eb) => ({
              at: eb.ref('excluded.at'),
              owner_id: eb.ref('excluded.owner_id'),
              correlation_id: eb.ref('excluded.correlation_id'),
              target: eb.ref('excluded.target'),
              ok: eb.ref('excluded.ok'),
              record: eb.ref('excluded.record'),
            })),
          )
          .execute();
    }),
  find: (id) =>
    connection.read(async (db) => {
      const row = await db
        .selectFrom('routing_decisions')
        .select('record')
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : toDecision(row);
    }),
  list: ({ limit, target }) =>
    connection.read(async (db) => {
      let query = db.selectFrom('routing_decisions').select('record');
      if (target !== undefined) query = query.where('target', '=', target);
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
      return rows.map(toDecision);
    }),
  forget: (before) =>
    connection.writeUnder([], async (tx) => {
      await tx.deleteFrom('routing_decisions').where('at', '<', before).execute();
      await tx.deleteFrom('routing_feedback').where('at', '<', before).execute();
      await tx.deleteFrom('routing_spend').where('day', '<', utcDay(before)).execute();
    }),
});
