import { VX11Error } from '../../contracts/errors.ts';
import { NotAsked } from './breaker.ts';

/** The gRPC status code of an unavailable server. */
const unavailable = 14;

/** Whether there was no connection, so that the request certainly did not reach its server. */
export function certainlyNotSent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NotAsked) return true;
    // recognizes a gRPC status by its fields, since its class is not loaded here
    const { code, metadata } = cause as { code?: unknown; metadata?: unknown };
    if (code === unavailable && metadata !== undefined) {
      return /ECONNREFUSED|ENOENT|EHOSTUNREACH|ENOTFOUND|No connection established/.test(
        cause.message,
      );
    }
  }
  return false;
}

/** Nothing was sent, and the stored record was taken back, so a retry is a new request. */
export class TakenBack extends VX11Error {
  constructor(cause: unknown) {
    const detail = cause instanceof Error ? cause.message : 'Temporal does not answer.';
    super('temporal_unavailable', detail, { retryAfterSeconds: 2, cause });
  }
}

/** The workflow that should receive a message has ended, or never existed. */
export class WorkflowGone extends Error {
  constructor(cause: unknown) {
    super('the workflow has ended or never was', { cause });
    this.name = 'WorkflowGone';
  }
}
