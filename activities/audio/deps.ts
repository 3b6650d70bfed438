import type { AudioBatch } from '../../contracts/audio-batch.ts';
import type { AudioJob } from '../../contracts/audio.ts';
import type { AudioFolders } from '../../platform/audio-folder.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/index.ts';
import type { AudioProgress } from './audio-activities.ts';

/** The calls to Temporal about a job. */
export interface AudioRuns {
  /** Starts the job's workflow, unless it was started already. */
  startAudio(job: AudioJob): Promise<void>;
  /** Returns whether the job's workflow is still running. */
  audioRun(jobId: string): Promise<boolean>;
  /** How far its activity is, as its last heartbeat said; null if none runs. */
  audioProgress(jobId: string): Promise<AudioProgress | null>;
  /** Asks a job to end. @returns whether it was still under way */
  cancelAudio(jobId: string, by: string): Promise<boolean>;
  /** Starts the batch's workflow, unless it was started already. */
  startBatch(batch: AudioBatch): Promise<void>;
  /** Returns whether the batch's workflow is still running. */
  batchRun(batchId: string): Promise<boolean>;
}

export interface AudioDeps {
  host: string;
  store: Store;
  clock: Clock;
  folders: AudioFolders;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => AudioRuns;
  /** How many bytes all jobs of this host may leave. */
  mostBytes: number;
  metrics: { ended(kind: string, status: string): void };
}
