import { CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type {
  AudioActivities,
  ShubActivities,
} from '../../../activities/audio/audio-activities.ts';
import type { AudioPhase } from '../../../contracts/audio.ts';
import { audioWorkflowId, newId } from '../../../contracts/ids.ts';
import { powerQueue, shubQueue } from '../../../contracts/queues.ts';
import { queuedAudio, type AudioEnd } from '../../../domain/audio/job.ts';
import { masterRequest } from '../../../domain/audio/request.ts';
import type { audioJob } from '../../../workflows/audio/job.ts';
import { audioStart, cancelAudio } from '../../../workflows/audio/start.ts';
import { testBundle } from '../temporal-bench.ts';
import { breakable, connectWorkers, type CallFault, type Calls } from '../workers.ts';

type Activities = AudioActivities & ShubActivities;

export interface AudioSetup {
  fault?: CallFault | null;
  /** The phase at which it is cancelled, or fails for good. */
  cancelAt?: AudioPhase;
  failAt?: AudioPhase;
  /** By default one of its own. */
  host?: string;
}

/** A job that was started, and what it did so far. */
export interface FakeAudio extends Calls<keyof Activities> {
  phases: AudioPhase[];
  ends: AudioEnd[];
  handle: WorkflowHandle<typeof audioJob>;
}

export interface AudioWorkflowBench {
  start(setup?: AudioSetup): Promise<FakeAudio>;
  stop(): Promise<void>;
}

/** The real workflow of an audio job; what shubniggurath does and madre stores is in memory. */
export async function startAudioWorkflows(address: string): Promise<AudioWorkflowBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
  return {
    async start({ fault = null, cancelAt, failAt, host = newId('run') } = {}) {
      const job_id = newId('audio');
      const request = masterRequest({ audio_path: 'song.wav' })!;
      const about = { job_id, host, owner: 'ana', correlation_id: 'c', request };
      const job = queuedAudio(about, Date.now());
      const handle = workers.client.workflow.getHandle<typeof audioJob>(audioWorkflowId(job_id));
      const state: FakeAudio = { calls: [], fault, phases: [], ends: [], handle };
      const { audioReady, runAudioPhase, startAudio, storeAudioPhase, endAudio } =
        breakable<Activities>(
          {
            audioReady: async () => undefined,
            async runAudioPhase({ phase }) {
              state.phases.push(phase);
              if (phase === failAt) throw ApplicationFailure.nonRetryable('it is silent', 'silent');
              if (phase === cancelAt) {
                await handle.signal(cancelAudio, 'ana');
                const { cancelled, heartbeat } = Context.current();
                const beat = setInterval(() => heartbeat(), 50);
                await cancelled
                  .finally(() => clearInterval(beat))
                  .catch((error: unknown) => {
                    throw error instanceof CancelledFailure ? error : new Error('no cancellation');
                  });
              }
              return phase === 'export' ? { report: null, artifacts: ['master.wav'] } : null;
            },
            startAudio: async () => ({ job_id, request }),
            storeAudioPhase: async () => undefined,
            async endAudio({ end }) {
              state.ends.push(end);
            },
          },
          () => state,
        );
      await workers.start({
        taskQueue: shubQueue(host),
        activities: { audioReady, runAudioPhase },
        maxHeartbeatThrottleInterval: 50,
      });
      const madre = { startAudio, storeAudioPhase, endAudio };
      await workers.start({ taskQueue: powerQueue(host), activities: madre });
      const options = { ...audioStart(job), taskQueue: workers.taskQueue };
      await workers.client.workflow.start('audioJob', options);
      return state;
    },
    stop: () => workers.stop(),
  };
}
