import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { WorkflowGone } from './not-taken.ts';
import { errorCatalog, VX11Error, type ErrorCode } from '../../contracts/errors.ts';

/** The gRPC status codes that matter here. */
const grpc = {
  invalidArgument: 3,
  notFound: 5,
  deadlineExceeded: 4,
  permissionDenied: 7,
  unauthenticated: 16,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unavailable: 14,
} as const;

function grpcError(error: unknown): { code: number; message: string } | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return { code: cause.code, message: cause.details };
  }
  return null;
}
const grpcStatus = (error: unknown): number | null => grpcError(error)?.code ?? null;

/** Whether Temporal is unavailable, rather than refusing. */
export const isTemporalOutage = (error: unknown): boolean =>
  !(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) &&
  (grpcStatus(error) === grpc.unavailable || grpcStatus(error) === grpc.deadlineExceeded);

const isCode = (type: unknown): type is ErrorCode =>
  typeof type === 'string' && type in errorCatalog;

/** Whether the work was ended from outside, or timed out. */
const isCutShort = (cause: unknown): boolean =>
  cause instanceof CancelledFailure ||
  cause instanceof TerminatedFailure ||
  cause instanceof TimeoutFailure;

/** The seconds after which the caller may retry, if the workflow's refusal names them. */
function retryAfterOf({ details }: ApplicationFailure): number | null {
  const seconds: unknown = (details?.[0] as { retry_after_seconds?: unknown } | undefined)
    ?.retry_after_seconds;
  return typeof seconds === 'number' ? seconds : null;
}

/**
 * Maps a gRPC status of Temporal to an error. Only too many messages at once is the caller's fault. A malformed request is
 * our fault, and stays an unknown error.
 */
function fromStatus({ code, message }: { code: number; message: string }, cause: unknown): unknown {
  if (code === grpc.invalidArgument) return cause;
  if (code === grpc.notFound && /workflow/i.test(message)) return new WorkflowGone(cause);
  if (code === grpc.resourceExhausted && /in-flight updates/.test(message)) {
    const detail = 'Too many messages to this window or plan are in flight. Try again in 1 s.';
    return new VX11Error('too_many_requests', detail, { retryAfterSeconds: 1, cause });
  }
  if (code === grpc.unauthenticated || code === grpc.permissionDenied) {
    const detail = 'Temporal does not accept the API key or certificate of the gateway.';
    return new VX11Error('temporal_unavailable', detail, { retryAfterSeconds: 30, cause });
  }
  // a run whose task failed takes messages again once a worker has retried the task, within seconds
  const soon = code === grpc.resourceExhausted || code === grpc.failedPrecondition;
  const detail = soon
    ? 'Temporal takes no message to this window or plan right now. Try again shortly.'
    : 'Temporal could not carry out the request; see the log of Temporal. Try again shortly.';
  return new VX11Error('temporal_unavailable', detail, { retryAfterSeconds: soon ? 2 : 5, cause });
}

/** Maps an error of Temporal's client to an error that the gateway can handle or show. */
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
      'madre did not finish in time; the request may still be carried out. Look again shortly.',
      { retryAfterSeconds: 5, cause: error },
    );
  }
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError) {
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause as Error) {
      if (isCutShort(cause)) {
        const detail =
          'The work was ended before it was finished; look at the current state, then try again.';
        return new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 5, cause: error });
      }
      if (!(cause instanceof ApplicationFailure)) continue;
      if (cause.type === 'EngineError') {
        const detail = 'The Docker Engine failed or did not answer; try again shortly.';
        return new VX11Error('engine_unavailable', detail, { retryAfterSeconds: 5, cause: error });
      }
      if (isCode(cause.type)) {
        const wait = retryAfterOf(cause);
        return new VX11Error(cause.type, cause.message, {
          cause: error,
          ...(wait !== null && { retryAfterSeconds: wait }),
        });
      }
      // Temporal's error if the run ended while the message waited
      if (cause.type === 'AcceptedUpdateCompletedWorkflow') return new WorkflowGone(error);
    }
  }
  if (error instanceof VX11Error) return error;
  const status = grpcError(error);
  return status === null ? error : fromStatus(status, error);
}
