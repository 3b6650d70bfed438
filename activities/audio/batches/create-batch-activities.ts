import type { AudioBatch } from '../../../contracts/audio-batch.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import {
  batchEvent,
  endedBatch,
  fileBegun,
  fileEnded,
  jobIdOfBatch,
} from '../../../domain/audio/batch.ts';
import { queuedAudio } from '../../../domain/audio/job.ts';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import { attempt } from '../../heartbeat.ts';
import type { AudioBatchActivities } from '../audio-activities.ts';
import type { AudioDeps } from '../deps.ts';

/** What madre does for the batches of its host. */
export function createBatchActivities(
  deps: Pick<AudioDeps, 'store' | 'clock'>,
): AudioBatchActivities {
  const { store, clock } = deps;
  const batchOf = async (id: string): Promise<AudioBatch> => {
    const batch = await store.audioBatches.find(id);
    if (batch === null) throw new VX11Error('audio_batch_not_found', `${id} is not known.`);
    return batch;
  };
  return {
    beginBatchFile: ({ batch_id, nth }) =>
      attempt(async () => {
        const { host, owner, correlation_id, files, analysis_type } = await batchOf(batch_id);
        const { audio_path } = files[nth]!;
        const request = analyzeRequest({ audio_path, depth: analysis_type });
        const job_id = jobIdOfBatch(batch_id, nth);
        const about = { job_id, host, owner, correlation_id, request };
        const principal = (await store.audioBatches.ownerOf(batch_id))?.principal ?? null;
        const job = { ...queuedAudio(about, clock()), batch_id };
        const { view } = await store.audio.create(job, [], principal);
        await store.audioBatches.change(batch_id, (batch) => ({
          view: fileBegun(batch, nth),
          events: [],
        }));
        return view;
      }),
    endBatchFile: ({ batch_id, nth, end }) =>
      attempt(async () => {
        await store.audioBatches.change(batch_id, (batch) => ({
          view: fileEnded(batch, nth, end),
          events: [],
        }));
      }),
    endAudioBatch: ({ batch_id, cancelled }) =>
      attempt(() => endBatch(deps, batch_id, cancelled ? 'cancelled' : 'completed')),
  };
}

/** Ends a batch; one that has ended stays as it is. */
export async function endBatch(
  { store, clock }: Pick<AudioDeps, 'store' | 'clock'>,
  batch_id: string,
  status: 'completed' | 'failed' | 'cancelled',
): Promise<void> {
  const principal = (await store.audioBatches.ownerOf(batch_id))?.principal ?? null;
  await store.audioBatches.change(batch_id, (batch) => {
    const view = endedBatch(batch, status, clock());
    return { view, events: [batchEvent(view, principal, clock())] };
  });
}
