/**
 * Why a call failed: the gateway refused it (4xx), the gateway was unreachable or unable to do it (no connection, 5xx, an
 * answer of another version), or the caller aborted it.
 */
export type FailureKind = 'refused' | 'unreachable' | 'interrupted';

/** A call to the gateway that failed; its message is for a person, with what to do next. */
export class GatewayFailure extends Error {
  readonly kind: FailureKind;
  /** The same call may succeed a moment later. */
  readonly retryable: boolean;

  constructor(
    kind: FailureKind,
    message: string,
    {
      retryable = kind === 'unreachable',
      ...options
    }: { cause?: unknown; retryable?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'GatewayFailure';
    this.kind = kind;
    this.retryable = retryable;
  }
}
