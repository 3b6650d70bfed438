import { ApplicationFailure } from '@temporalio/activity';
import type { AudioCause } from '../../domain/audio/failure.ts';
import { isDiskFull } from '../../platform/files/disk-full.ts';
import { withHeartbeat } from '../heartbeat.ts';

/** A phase of a job failed, for a reason that people are shown. No other try would succeed. */
export class AudioFailure extends Error {
  override name = 'AudioFailure';
  readonly reason: AudioCause;
  constructor(reason: AudioCause, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** Throws the error of a full disk as a failure. */
export function unlessFull(error: unknown): never {
  if (!isDiskFull(error)) throw error;
  throw new AudioFailure('disk_full', 'The disk of the audio is full. Make room, then try again.');
}

/** Runs an activity with heartbeats that say how far it is. */
export const audioActivity = <T>(work: () => Promise<T>, progress: () => unknown): Promise<T> =>
  withHeartbeat(work, progress).catch((error: unknown) => {
    if (error instanceof AudioFailure)
      throw ApplicationFailure.nonRetryable(error.message, error.reason);
    throw error;
  });
