import type { NewEvent } from '../../contracts/event.ts';

import type { ModelView } from '../../contracts/models.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createPullStore, type PullStore } from './pulls.ts';
import { createHubModelStore, type HubModelStore } from './hub-models.ts';

/** What becomes of the models of a host. */
export interface ModelsChange {
  /** Models that are new or changed. */
  save: readonly ModelView[];
  /** Ids of models that are forgotten. */
  forget?: readonly string[];
  events: NewEvent[];
}

/** Models of all hosts, pulls of models, and what the hub was last seen to have. */
export interface ModelStore {
  pulls: PullStore;
  hub: HubModelStore;
  /** By name. */
  list(filter?: { host?: string | undefined; status?: string | undefined }): Promise<ModelView[]>;
  find(id: string): Promise<ModelView | null>;
  /**
   * Reads all models of a host, decides and writes, in one transaction; null for no change.

   */
  change<T>(
    host: string,
    decide: (models: ModelView[]) => { change: ModelsChange | null; result: T },
  ): Promise<T>;
}

const toModel = ({ record }: { record: string }): ModelView => JSON.parse(record) as ModelView;

export function createModelStore(connection: Connection, append: AppendEvents): ModelStore {
  return {
    pulls: createPullStore(connection, append),
    hub: createHubModelStore(connection),
    list: ({ host, status } = {}) =>
      connection.read(async (db) => {
        let query = db.selectFrom('models').select('record');
        if (host !== undefined) query = query.where('host', '=', host);
        if (status !== undefined) query = query.where('status', '=', status);
        const rows = await query.orderBy('name').orderBy('id').execute();
        return rows.map(toModel);
      }),
    find: (id) =>
      connection.read(async (db) => {
        const query = db.selectFrom('models').select('record').where('id', '=', id);
        const row = await query.executeTakeFirst();
        return row === undefined ? null : toModel(row);
      }),
    change: (host, decide) =>
      connection.writeUnder([`models/${host}`], async (tx) => {
        const query = tx.selectFrom('models').select('record').where('host', '=', host);
        const rows = await query.orderBy('name').orderBy('id').execute();
        const { change, result } = decide(rows.map(toModel));
        if (change === null) return result;
        for (const model of change.save) {
          const { model_id: id, status, name } = model;
          const row = { host, status, name, record: JSON.stringify(model) };
          await tx
            .insertInto('models')
            .values({ id, ...row })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute();
        }
        const { forget = [] } = change;
        if (forget.length > 0)
          await tx
            .deleteFrom('models')
            .where('id', 'in', [...forget])
            .execute();
        await append(tx, change.events);
        return result;
      }),
  };
}
