import type { ModelPull } from '../../contracts/models.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';

export interface PullStore extends ViewStore<ModelPull> {
  /**
   * Writes a new pull. One that has ended begins again as its next attempt; one that runs is returned as it is.
   * @returns whether something was written, too
   */
  ask(pull: ModelPull, ownerId: string | null): Promise<{ view: ModelPull; created: boolean }>;
}

export function createPullStore(connection: Connection, append: AppendEvents): PullStore {
  const views = createViewStore<ModelPull>(
    connection,
    append,
    'model_pulls',
    ({ job_id }) => job_id,
  );
  return {
    ...views,
    async ask(pull, ownerId) {
      const first = await views.create(pull, [], ownerId);
      if (first.created || first.view.finished_at === null) return first;
      const id = pull.job_id;
      return connection.writeUnder([`model_pulls/${id}`], async (tx) => {
        const row = await tx
          .selectFrom('model_pulls')
          .select('view')
          .where('id', '=', id)
          .executeTakeFirst();
        const known = row === undefined ? pull : (JSON.parse(row.view) as ModelPull);
        if (known.finished_at === null) return { view: known, created: false };
        const view = { ...pull, attempt: known.attempt + 1, bytes: known.bytes };
        const { status, created_at } = view;
        await tx
          .updateTable('model_pulls')
          .set({
            owner_id: ownerId,
            status,
            created_at: Date.parse(created_at),
            finished_at: null,
            view: JSON.stringify(view),
          })
          .where('id', '=', id)
          .execute();
        return { view, created: true };
      });
    },
  };
}
