import type { AudioBatch } from '../../contracts/audio-batch.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';

/** Batches of audio jobs. */
export interface AudioBatchStore extends ViewStore<AudioBatch> {
  /** The newest ones, newest first. */
  list(filter: { limit: number }): Promise<AudioBatch[]>;
}

export function createAudioBatchStore(
  connection: Connection,
  append: AppendEvents,
): AudioBatchStore {
  return {
    ...createViewStore<AudioBatch>(connection, append, 'audio_batches', ({ batch_id }) => batch_id),
    list: ({ limit }) =>
      connection.read(async (db) => {
        const query = db.selectFrom('audio_batches').select('view');
        const newest = query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
        return (await newest.execute()).map(({ view }) => JSON.parse(view) as AudioBatch);
      }),
  };
}
