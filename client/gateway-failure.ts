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
  /** The stable code of the gateway's error; null if it gave none. */
  readonly code: string | null;

  constructor(
    kind: FailureKind,
    message: string,
    {
      retryable = kind === 'unreachable',
      code = null,
      ...options
    }: { cause?: unknown; retryable?: boolean; code?: string | null } = {},
  ) {
    super(message, options);
    this.name = 'GatewayFailure';
    this.kind = kind;
    this.retryable = retryable;
    this.code = code;
  }
}
