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

/** gRPC's status codes that matter here. */
const grpc = {
  invalidArgument: 3,
  notFound: 5,
  deadlineExceeded: 4,
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

/** Temporal is away, rather than refusing. */
export const isTemporalOutage = (error: unknown): boolean =>
  !(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) &&
  (grpcStatus(error) === grpc.unavailable || grpcStatus(error) === grpc.deadlineExceeded);

const isCode = (type: unknown): type is ErrorCode =>
  typeof type === 'string' && type in errorCatalog;

/** The work was ended from outside, or ran out of time. */
const isCutShort = (cause: unknown): boolean =>
  cause instanceof CancelledFailure ||
  cause instanceof TerminatedFailure ||
  cause instanceof TimeoutFailure;

/** Seconds after which a workflow that refused takes the same message, where it said so. */
function retryAfterOf({ details }: ApplicationFailure): number | null {
  const seconds: unknown = (details?.[0] as { retry_after_seconds?: unknown } | undefined)
    ?.retry_after_seconds;
  return typeof seconds === 'number' ? seconds : null;
}

/**
 * A status that Temporal itself answered with, none of which is the caller's doing but too many messages at once. One
 * that says that the request was malformed is a fault of ours, and stays one.
 */
function fromStatus({ code, message }: { code: number; message: string }, cause: unknown): unknown {
  if (code === grpc.invalidArgument) return cause;
  if (code === grpc.notFound && /workflow/i.test(message)) return new WorkflowGone(cause);
  if (code === grpc.resourceExhausted && /in-flight updates/.test(message)) {
    const detail = 'Too many messages to this window or plan are under way. Try again in 1 s.';
    return new VX11Error('too_many_requests', detail, { retryAfterSeconds: 1, cause });
  }
  // a run whose task failed takes messages again once a worker got through it, within seconds
  const soon = code === grpc.resourceExhausted || code === grpc.failedPrecondition;
  const detail = soon
    ? 'Temporal takes no message to this window or plan right now. Try again shortly.'
    : 'Temporal could not carry out the request; the log of Temporal says why. Try again shortly.';
  return new VX11Error('temporal_unavailable', detail, { retryAfterSeconds: soon ? 2 : 5, cause });
}

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
      if (isCutShort(cause)) {
        const detail = 'It was ended before it was done; look at what there is, then try again.';
        return new VX11Error('madre_unavailable', detail, { retryAfterSeconds: 5, cause: error });
      }
      if (!(cause instanceof ApplicationFailure)) continue;
      if (cause.type === 'EngineError') {
        const detail = 'The Docker Engine does not answer as it should; try again shortly.';
        return new VX11Error('engine_unavailable', detail, { retryAfterSeconds: 5, cause: error });
      }
      if (isCode(cause.type)) {
        const wait = retryAfterOf(cause);
        return new VX11Error(cause.type, cause.message, {
          cause: error,
          ...(wait !== null && { retryAfterSeconds: wait }),
        });
      }
      // how Temporal says that the run ended while the message waited
      if (cause.type === 'AcceptedUpdateCompletedWorkflow') return new WorkflowGone(error);
    }
  }
  if (error instanceof VX11Error) return error;
  const status = grpcError(error);
  return status === null ? error : fromStatus(status, error);
}
