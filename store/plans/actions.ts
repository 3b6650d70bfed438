import type { Transaction } from 'kysely';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** One effect of madre: a step of a plan, with its action and its outcome. */
export interface MadreAction {
  /** The same for all tries of one action. */
  id: string;
  at: number;
  module: string;
  action: string;
  outcome: string;
  reason: string | null;
  plan_id: string;
}

/** Records an action in the transaction of its effect. @returns false, without a change, if it is already recorded */
export async function noteAction(tx: Transaction<Tables>, action: MadreAction): Promise<boolean> {
  const result = await tx
    .insertInto('madre_actions')
    .values(action)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export interface ActionStore {
  has(id: string): Promise<boolean>;
  /** Newest first. */
  newest(limit: number): Promise<MadreAction[]>;
}

export function createActionStore(connection: Connection): ActionStore {
  return {
    has: (id) =>
      connection.read(async (db) => {
        const query = db.selectFrom('madre_actions').select('id').where('id', '=', id);
        return (await query.executeTakeFirst()) !== undefined;
      }),
    newest: (limit) =>
      connection.read((db) =>
        db
          .selectFrom('madre_actions')
          .selectAll()
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute(),
      ),
  };
}
