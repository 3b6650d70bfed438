import type { HubModel } from '../../contracts/model-files.ts';
import type { Connection } from '../core/connection.ts';

/** How many repositories are remembered. */
const most = 500;

/** What searches found in the hub. */
export interface HubModelStore {
  /** Remembers repositories, each as it was seen last; files that were known stay until others are. */
  save(models: readonly HubModel[]): Promise<void>;
  /** Those whose name contains the text, newest first. */
  list(text: string): Promise<HubModel[]>;
}

export const createHubModelStore = (connection: Connection): HubModelStore => ({
  save: (models) =>
    connection.writeUnder(['hub_models'], async (tx) => {
      for (const model of models) {
        const known = await tx
          .selectFrom('hub_models')
          .select('record')
          .where('repo', '=', model.repo)
          .executeTakeFirst();
        const old = known === undefined ? null : (JSON.parse(known.record) as HubModel);
        const files = model.files ?? (old?.commit === model.commit ? old.files : null);
        const record = JSON.stringify({ ...model, files });
        const row = { seen_at: Date.parse(model.seen_at), record };
        await tx
          .insertInto('hub_models')
          .values({ repo: model.repo, ...row })
          .onConflict((conflict) => conflict.column('repo').doUpdateSet(row))
          .execute();
      }
      const newest = tx.selectFrom('hub_models').select('repo').orderBy('seen_at', 'desc');
      await tx
        .deleteFrom('hub_models')
        .where('repo', 'not in', newest.orderBy('repo').limit(most))
        .execute();
    }),
  list: (text) =>
    connection.read(async (db) => {
      const rows = await db
        .selectFrom('hub_models')
        .select(['repo', 'record'])
        .orderBy('seen_at', 'desc')
        .orderBy('repo')
        .execute();
      const wanted = text.toLowerCase();
      return rows
        .filter(({ repo }) => repo.toLowerCase().includes(wanted))
        .map(({ record }) => JSON.parse(record) as HubModel);
    }),
});
