import type { AudioBatch, AudioBatchAnswer, BatchBody } from '../../contracts/audio-batch.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { batchHasEnded, endedBatch, queuedBatch } from '../../domain/audio/batch.ts';
import type { GatewayDeps } from '../deps.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { idOnce } from '../temporal/id-once.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';
import { startStored } from '../temporal/start-stored.ts';
import { shubAsleep } from './asleep.ts';
import type { Asked } from './control.ts';
import { requireNames } from './require-files.ts';

const callLimitMs = 5000;

/** Starts batches of audio jobs, and ends them. */
export interface AudioBatchControl {
  /**
   * Stores a batch and starts its workflow. A file that is missing or bad fails alone, later. Answers with a refusal, not an
   * error, while policy keeps shubniggurath asleep.
   * @throws VX11Error `invalid`; errors of Temporal
   */
  start(body: BatchBody, asked: Omit<Asked, 'waitMs'>): Promise<AudioBatchAnswer>;
  /** Ends a batch and its jobs; one that has ended stays as it is. */
  cancel(batch: AudioBatch, by: string): Promise<void>;
  /** Throws `audio_batch_not_found`. */
  find(id: string): Promise<AudioBatch>;
}

export function createAudioBatchControl(
  { store, temporal, clock, config }: Pick<GatewayDeps, 'store' | 'temporal' | 'clock' | 'config'>,
  model: ReadModel,
): AudioBatchControl {
  const { host } = config;
  const begin = async (batch: AudioBatch, created: boolean): Promise<AudioBatchAnswer> => {
    const takeBack = () =>
      store().audioBatches.change(batch.batch_id, (view) => ({
        view: endedBatch(view, 'failed', clock()),
        events: [],
      }));
    if (!batchHasEnded(batch))
      await startStored(
        () => temporal.startBatch(batch, { limitMs: callLimitMs }),
        created ? takeBack : null,
      );
    return { status: 'QUEUED', batch, error: null, hint: null };
  };
  return {
    async start(body, { sender, repeatKey }) {
      requireNames(body.audio_files, 'audio_files');
      const batch_id = idOnce('batch', repeatKey);
      const known = await store().audioBatches.find(batch_id);
      if (known !== null) return begin(known, false);
      const hint = await shubAsleep(model, host, clock());
      if (hint !== null) return { status: 'ERROR', batch: null, error: 'off_by_policy', hint };
      const { actor: owner, correlation_id, principal = null } = sender;
      const batch = queuedBatch(body, { batch_id, host, owner, correlation_id }, clock());
      const written = await store().audioBatches.create(batch, [], principal);
      return begin(written.view, written.created);
    },
    async cancel(batch, by) {
      if (batchHasEnded(batch)) return;
      const call = { limitMs: callLimitMs };
      await temporal.cancelBatch(batch.batch_id, by, call).catch((error: unknown) => {
        if (!(error instanceof WorkflowGone)) throw error;
      });
    },
    async find(id) {
      const batch = await store().audioBatches.find(id);
      if (batch !== null) return batch;
      throw new VX11Error(
        'audio_batch_not_found',
        `${id} is not known; GET /vx11/audio/batch lists all.`,
      );
    },
  };
}
