import { sql } from 'kysely';
import type { TaskView } from '../../contracts/task.ts';
import type { Migration } from './index.ts';

/** The host that still has to deliver a task's callback. Set here for tasks with a callback that have not ended. */
export const callbacks: Migration = {
  name: '0009-callbacks',
  async up(db) {
    await sql.raw('alter table spawns add column calls_back text').execute(db);
    await sql
      .raw(
        'create index spawns_calls_back on spawns (calls_back, finished_at) where calls_back is not null',
      )
      .execute(db);
    const live = await db
      .selectFrom('spawns')
      .select(['id', 'view'])
      .where('finished_at', 'is', null)
      .execute();
    for (const { id, view } of live) {
      const { callback_url, host } = JSON.parse(view) as TaskView;
      if (callback_url === null) continue;
      await db.updateTable('spawns').set({ calls_back: host }).where('id', '=', id).execute();
    }
  },
};
