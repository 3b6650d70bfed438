import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { AudioRuns } from '../../../activities/audio/deps.ts';
import { audioPhase } from '../../../contracts/audio.ts';
import { audioBatchWorkflowId, audioWorkflowId } from '../../../contracts/ids.ts';
import { audioBatchStart, audioStart, cancelAudio } from '../../../workflows/audio/start.ts';
import { heartbeatOf } from '../heartbeat-of.ts';
import { isRunning } from '../is-running.ts';
import { signalRunning } from '../signal-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

const progress = z.object({
  phase: audioPhase,
  part: z.number().min(0).max(1),
  pass: z.int().nullable(),
});

/** Makes the calls of audio jobs to Temporal, over the connection of this process. */
export const audioRuns = (client: Client): AudioRuns => ({
  async startAudio(job) {
    const start = () => client.workflow.start('audioJob', audioStart(job));
    await within(client, callMs, start).catch(unlessStarted);
  },
  async startBatch(batch) {
    const start = () => client.workflow.start('audioBatch', audioBatchStart(batch));
    await within(client, callMs, start).catch(unlessStarted);
  },
  batchRun: (batchId) => isRunning(client, audioBatchWorkflowId(batchId)),
  audioRun: (jobId) => isRunning(client, audioWorkflowId(jobId)),
  audioProgress: (jobId) => heartbeatOf(client, audioWorkflowId(jobId), progress),
  cancelAudio: (jobId, by) => signalRunning(client, audioWorkflowId(jobId), cancelAudio, by),
});
