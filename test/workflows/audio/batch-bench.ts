import { CancelledFailure, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type {
  AudioActivities,
  AudioBatchActivities,
  ShubActivities,
} from '../../../activities/audio/audio-activities.ts';
import type { AudioBatch } from '../../../contracts/audio-batch.ts';
import { audioBatchWorkflowId, newId } from '../../../contracts/ids.ts';
import { powerQueue, shubQueue } from '../../../contracts/queues.ts';
import {
  endedBatch,
  fileBegun,
  fileEnded,
  jobIdOfBatch,
  queuedBatch,
} from '../../../domain/audio/batch.ts';
import { queuedAudio } from '../../../domain/audio/job.ts';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import type { audioBatch } from '../../../workflows/audio/batch.ts';
import { audioBatchStart, cancelAudioBatch } from '../../../workflows/audio/start.ts';
import { testBundle } from '../temporal-bench.ts';
import { breakable, connectWorkers, type CallFault, type Calls } from '../workers.ts';

type Activities = AudioActivities & AudioBatchActivities & ShubActivities;

export interface BatchSetup {
  files?: string[];
  priority?: number;
  fault?: CallFault | null;
  /** By default one of its own. */
  host?: string;
}

/** A batch that was started; `batch` is what madre has stored. */
export interface FakeBatch extends Calls<keyof Activities> {
  batch: AudioBatch;
  /** The priority of each call of shubniggurath, as Temporal gave it. */
  priorities: (number | undefined)[];
  handle: WorkflowHandle<typeof audioBatch>;
}

export interface BatchWorkflowBench {
  start(setup?: BatchSetup): Promise<FakeBatch>;
  stop(): Promise<void>;
}

/**
 * The real workflow of a batch and of its jobs; what shubniggurath does and madre stores is in memory. A file named `bad`
 * fails, and one named `slow` cancels the batch, and runs until its job is cancelled.
 */
export async function startBatchWorkflows(address: string): Promise<BatchWorkflowBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
  return {
    async start({ files = ['a.wav'], priority = 5, fault = null, host = newId('run') } = {}) {
      const batch_id = newId('batch');
      const about = { batch_id, host, owner: 'ana', correlation_id: 'c' };
      const asked = { job_name: 'album', audio_files: files, priority };
      const batch = queuedBatch(asked, about, Date.now());
      const handle = workers.client.workflow.getHandle<typeof audioBatch>(
        audioBatchWorkflowId(batch_id),
      );
      const state: FakeBatch = { calls: [], fault, batch, priorities: [], handle };
      const nthOf = (job_id: string): number =>
        files.findIndex((_, nth) => jobIdOfBatch(batch_id, nth) === job_id);
      const requestOf = (nth: number) => analyzeRequest({ audio_path: files[nth]! });
      const { audioReady, runAudioPhase, ...madre } = breakable<Activities>(
        {
          audioReady: async () => undefined,
          async runAudioPhase({ job_id, phase }) {
            const { info, cancelled, heartbeat } = Context.current();
            state.priorities.push(info.priority?.priorityKey);
            const file = files[nthOf(job_id)]!;
            if (file === 'bad') throw ApplicationFailure.nonRetryable('no sound', 'not_audio');
            if (file === 'slow') {
              await handle.signal(cancelAudioBatch, 'ana');
              const beat = setInterval(() => heartbeat(), 50);
              await cancelled
                .finally(() => clearInterval(beat))
                .catch((error: unknown) => {
                  throw error instanceof CancelledFailure ? error : new Error('no cancellation');
                });
            }
            return phase === 'export' ? { report: null, artifacts: ['report.json'] } : null;
          },
          startAudio: async ({ job_id }) => ({ job_id, request: requestOf(nthOf(job_id)) }),
          storeAudioPhase: async () => undefined,
          endAudio: async () => undefined,
          async beginBatchFile({ nth }) {
            state.batch = fileBegun(state.batch, nth);
            const job_id = jobIdOfBatch(batch_id, nth);
            return queuedAudio({ ...about, job_id, request: requestOf(nth) }, 0);
          },
          async endBatchFile({ nth, end }) {
            state.batch = fileEnded(state.batch, nth, end);
          },
          async endAudioBatch({ cancelled }) {
            state.batch = endedBatch(state.batch, cancelled ? 'cancelled' : 'completed', 0);
          },
        },
        () => state,
      );
      await workers.start({
        taskQueue: shubQueue(host),
        activities: { audioReady, runAudioPhase },
        maxHeartbeatThrottleInterval: 50,
      });
      await workers.start({ taskQueue: powerQueue(host), activities: madre });
      const options = { ...audioBatchStart(batch), taskQueue: workers.taskQueue };
      await workers.client.workflow.start('audioBatch', options);
      return state;
    },
    stop: () => workers.stop(),
  };
}
