import { ApplicationFailure } from '@temporalio/activity';
import type { HubRefusal } from '../../domain/models/hub-refusal.ts';
import { isDiskFull } from '../../platform/files/disk-full.ts';
import { withHeartbeat } from '../heartbeat.ts';

/** What stops a pull or a search, beside what the hub says. */
type Cause =
  | HubRefusal['cause']
  | 'download_disabled'
  | 'unsafe_path'
  | 'unsafe_type'
  | 'file_needed'
  | 'not_a_model'
  | 'model_too_large'
  | 'checksum_mismatch'
  | 'cut_short'
  | 'file_changed'
  | 'disk_full'
  | 'ollama_unavailable'
  | 'ollama_refused';

/** A step of a pull failed, for a reason that people are shown. */
export class ModelFailure extends Error {
  override name = 'ModelFailure';
  readonly reason: Cause;
  /** Whether another try may succeed, and when, in ms; null if no time was named. */
  readonly retry: boolean;
  readonly waitMs: number | null;
  constructor(
    reason: Cause,
    detail: string,
    { retry = false, waitMs = null }: { retry?: boolean; waitMs?: number | null } = {},
  ) {
    super(detail);
    this.reason = reason;
    this.retry = retry;
    this.waitMs = waitMs;
  }
}

/** Throws the error of a full disk as a failure. */
export function unlessFull(error: unknown): never {
  if (!isDiskFull(error)) throw error;
  const detail =
    'The disk of the models is full. Make room, then pull again: it goes on from here.';
  throw new ModelFailure('disk_full', detail);
}

/** Runs an activity with heartbeats, and tells Temporal whether and when to try again. */
export const modelActivity = <T>(work: () => Promise<T>, details?: () => unknown): Promise<T> =>
  withHeartbeat(work, details).catch((error: unknown) => {
    if (!(error instanceof ModelFailure)) throw error;
    const { message, reason: type, retry, waitMs } = error;
    throw ApplicationFailure.create({
      message,
      type,
      nonRetryable: !retry,
      ...(waitMs !== null && { nextRetryDelay: waitMs }),
    });
  });
