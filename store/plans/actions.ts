import type { Transaction } from 'kysely';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** Something that madre did, once: a step of a plan, by what it was and how it came out. */
export interface MadreAction {
  /** One for each thing that is done, however often it is tried. */
  id: string;
  at: number;
  module: string;
  action: string;
  outcome: string;
  reason: string | null;
  plan_id: string;
}

/** Notes it within the transaction that makes it true; gives false, and changes nothing, where it is noted already. */
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
  /** The newest, newest first. */
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
