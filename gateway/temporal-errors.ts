import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NotAsked } from './breaker.ts';
import { errorCatalog, VX11Error, type ErrorCode } from '../contracts/errors.ts';

/** gRPC's status codes that matter here. */
const grpc = { deadlineExceeded: 4, unavailable: 14 } as const;

function grpcStatus(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.code;
  }
  return null;
}

/** Temporal is away, rather than refusing. */
export const isTemporalOutage = (error: unknown): boolean =>
  !(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) &&
  (grpcStatus(error) === grpc.unavailable || grpcStatus(error) === grpc.deadlineExceeded);

/** No connection came about: the request was certainly not taken. */
export function certainlyNotSent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NotAsked) return true;
    const code: number | null = isGrpcServiceError(cause) ? cause.code : null;
    if (code === grpc.unavailable) {
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

const isCode = (type: unknown): type is ErrorCode =>
  typeof type === 'string' && type in errorCatalog;

/** What Temporal threw, as something that the gateway can act on or tell. */
export function fromTemporal(error: unknown): unknown {
  if (
    error instanceof WorkflowNotFoundError ||
    error instanceof WorkflowExecutionAlreadyStartedError
  ) {
    return new WorkflowGone(error);
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new VX11Error(
      'madre_unavailable',
      'madre did not finish in time; what was asked for may still happen.',
      { retryAfterSeconds: 5, cause: error },
    );
  }
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError) {
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause as Error) {
      if (!(cause instanceof ApplicationFailure)) continue;
      if (cause.type === 'EngineError') {
        const detail = 'The Docker Engine does not answer as it should; try again shortly.';
        return new VX11Error('engine_unavailable', detail, { retryAfterSeconds: 5, cause: error });
      }
      if (isCode(cause.type)) return new VX11Error(cause.type, cause.message, { cause: error });
      // how Temporal says that the run ended while the message waited
      if (cause.type === 'AcceptedUpdateCompletedWorkflow') return new WorkflowGone(error);
    }
  }
  return error;
}
