import type { Connection } from '../core/connection.ts';

/** What a caller said of an answer. */
export interface Feedback {
  decision_id: string;
  at: number;
  owner_id: string;
  /** From 0 to 1. */
  score: number;
  note: string | null;
}

/** Feedback waits here until the switch has learned it, so that it can be given while the switch sleeps. */
export interface FeedbackStore {
  /** A later word on the same decision is not taken. @returns whether it was the first */
  give(feedback: Feedback): Promise<boolean>;
  /** Oldest first. */
  waiting(limit: number): Promise<Feedback[]>;
  applied(ids: readonly string[]): Promise<void>;
}

export const createFeedbackStore = (connection: Connection): FeedbackStore => ({
  give: (feedback) =>
    connection.writeUnder([], async (tx) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('routing_feedback')
        .values({ ...feedback, applied: 0 })
        .onConflict((conflict) => conflict.column('decision_id').doNothing())
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    }),
  waiting: (limit) =>
    connection.read(async (db) => {
      const rows = await db
        .selectFrom('routing_feedback')
        .selectAll()
        .where('applied', '=', 0)
        .orderBy('at')
        .limit(limit)
        .execute();
      return rows.map(({ applied: _applied, ...row }) => row);
    }),
  applied: (ids) =>
    connection.writeUnder([], async (tx) => {
      if (ids.length === 0) return;
      await tx
        .updateTable('routing_feedback')
        .set({ applied: 1 })
        .where('decision_id', 'in', ids)
        .execute();
    }),
});
