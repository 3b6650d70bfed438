import type { AudioReport } from '../../contracts/audio-report.ts';
import type { AudioJob, AudioPhase, AudioRequest } from '../../contracts/audio.ts';
import type { AudioEnd } from '../../domain/audio/job.ts';

/** What shubniggurath has to know of a job. */
export interface AudioWork {
  job_id: string;
  request: AudioRequest;
}

/** What the last phase of a job leaves. */
export interface AudioOutcome {
  report: AudioReport | null;
  artifacts: string[];
}

/** How far an activity is; what its heartbeats say. */
export interface AudioProgress {
  phase: AudioPhase;
  /** 0 to 1. */
  part: number;
  pass: number | null;
}

/** shubniggurath's own activities, on its queue. They store nothing; each is safe to run twice. */
export interface ShubActivities {
  /** Resolves once shubniggurath takes work. */
  audioReady(): Promise<void>;
  /** Does one phase; what an earlier try has done already is taken from its files. Null before the last phase. */
  runAudioPhase(input: AudioWork & { phase: AudioPhase }): Promise<AudioOutcome | null>;
}

/** What madre does for a job: it alone writes the store. Each is safe to run twice. */
export interface AudioActivities {
  startAudio(input: { job_id: string }): Promise<AudioWork>;
  /** Stores in which phase a job is. @param missed whether shubniggurath did not take the phase */
  storeAudioPhase(input: { job_id: string; phase: AudioPhase; missed: boolean }): Promise<void>;
  /** Stores the end, and removes what the work left. */
  endAudio(input: { job_id: string; end: AudioEnd; report: AudioReport | null }): Promise<void>;
}

/** What madre does for a batch. Each is safe to run twice. */
export interface AudioBatchActivities {
  /** Stores the job of one file, before the batch starts it. */
  beginBatchFile(input: { batch_id: string; nth: number }): Promise<AudioJob>;
  endBatchFile(input: { batch_id: string; nth: number; end: AudioEnd }): Promise<void>;
  endAudioBatch(input: { batch_id: string; cancelled: boolean }): Promise<void>;
}
