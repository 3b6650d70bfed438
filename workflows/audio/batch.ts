import {
  ApplicationFailure,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { AudioJob } from '../../contracts/audio.ts';
import type { AudioEnd } from '../../domain/audio/job.ts';
import { audioJob } from './job.ts';
import { audioOn } from './proxies.ts';
import { audioStart, cancelAudio, cancelAudioBatch, type RunAudioBatch } from './start.ts';

/** How many jobs of a batch are under way: shubniggurath works on two, and the next ones are ready. */
const atOnce = 4;

/**
 * Analyses the files of a batch, one job each, at the batch's priority. A file that fails does so alone. A batch that is
 * cancelled cancels its jobs, and waits until each has ended.
 */
export async function audioBatch(batch: RunAudioBatch): Promise<void> {
  const { batch_id, host, total, priority } = batch;
  const { madre } = audioOn(host);
  const running = new Set<ChildWorkflowHandle<typeof audioJob>>();
  const asked: { by: string | null } = { by: null };
  // one that has ended meanwhile needs no signal
  const cancel = (job: ChildWorkflowHandle<typeof audioJob>, who: string): Promise<void> =>
    job.signal(cancelAudio, who).catch(() => undefined);
  setHandler(cancelAudioBatch, async (who) => {
    asked.by ??= who;
    await Promise.all([...running].map((job) => cancel(job, who)));
  });
  const begin = (job: AudioJob): Promise<ChildWorkflowHandle<typeof audioJob>> => {
    const { workflowId, workflowTaskTimeout, memo, staticSummary, ...start } = audioStart(job);
    return startChild(audioJob, {
      workflowId,
      workflowTaskTimeout,
      memo,
      staticSummary,
      args: start.args,
      typedSearchAttributes: start.typedSearchAttributes,
      priority: { priorityKey: priority },
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    });
  };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total && asked.by === null) {
      const nth = next++;
      setCurrentDetails(`file ${nth + 1} of ${total}`);
      const job = await begin(await madre.beginBatchFile({ batch_id, nth }));
      running.add(job);
      if (asked.by !== null) await cancel(job, asked.by);
      const end = await job.result().catch(lost);
      running.delete(job);
      await madre.endBatchFile({ batch_id, nth, end });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, total) }, lane));
  await madre.endAudioBatch({ batch_id, cancelled: asked.by !== null });
}

/** A job stores its own end; one that was terminated could not. */
const lost = (error: unknown): AudioEnd => ({
  ok: false,
  cancelled: false,
  cause: 'interrupted',
  detail:
    error instanceof ApplicationFailure ? error.message : 'Its workflow was ended from outside.',
});
