import type { Connection } from './connection.ts';

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

export interface ActionStore {
  /** Notes it; the same id again changes nothing. */
  note(action: MadreAction): Promise<void>;
  /** The newest, newest first. */
  newest(limit: number): Promise<MadreAction[]>;
}

export function createActionStore(connection: Connection): ActionStore {
  return {
    note: (action) =>
      connection.write(async (tx) => {
        await tx
          .insertInto('madre_actions')
          .values(action)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
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
