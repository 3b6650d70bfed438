import { VX11Error } from '../../contracts/errors.ts';
import { NotAsked } from './breaker.ts';

/** gRPC's status code of a server that is not there. */
const unavailable = 14;

/** No connection came about: the request was certainly not taken. */
export function certainlyNotSent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NotAsked) return true;
    // a status of gRPC, told by its fields: its class is not loaded here
    const { code, metadata } = cause as { code?: unknown; metadata?: unknown };
    if (code === unavailable && metadata !== undefined) {
      return /ECONNREFUSED|ENOENT|EHOSTUNREACH|ENOTFOUND|No connection established/.test(
        cause.message,
      );
    }
  }
  return false;
}

/** Nothing was sent, and what had been written down for it is taken back: whoever asks again is a new request. */
export class TakenBack extends VX11Error {
  constructor(cause: unknown) {
    const detail = cause instanceof Error ? cause.message : 'Temporal does not answer.';
    super('temporal_unavailable', detail, { retryAfterSeconds: 2, cause });
  }
}

/** The workflow that a message was for has ended, or never was. */
export class WorkflowGone extends Error {
  constructor(cause: unknown) {
    super('the workflow has ended or never was', { cause });
    this.name = 'WorkflowGone';
  }
}
