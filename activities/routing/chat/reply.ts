import type { OpenaiErrorCode } from '../../../contracts/openai.ts';
import { openaiErrorOf, openaiErrors } from '../../../contracts/openai.ts';
import type { ProgramRequest, WaitRequest, WakeRequest } from '../../../contracts/routing-call.ts';

/** An answer to a request of `/v1`. */
export type ChatReply =
  | { kind: 'json'; status: number; headers: Record<string, string>; body: unknown }
  /** Its status is decided: the first content is there. `text` is a part of a text/event-stream. */
  | { kind: 'stream'; headers: Record<string, string>; text: AsyncGenerator<string, void, void> }
  | { kind: 'wake'; request: WakeRequest }
  | { kind: 'program'; request: ProgramRequest }
  | { kind: 'wait'; request: WaitRequest };

/** An error that the caller gets as it is. */
export class RoutingError extends Error {
  override name = 'RoutingError';
  readonly code: OpenaiErrorCode;
  readonly options: ErrorOptionsOfRouting;

  constructor(code: OpenaiErrorCode, message: string, options: ErrorOptionsOfRouting = {}) {
    super(message);
    this.code = code;
    this.options = options;
  }
}

interface ErrorOptionsOfRouting {
  param?: string;
  decision_id?: string;
  hint?: string;
  /** Seconds until another try may help. */
  retryAfter?: number;
  status?: number;
  headers?: Record<string, string>;
}

/** Clients wait no longer than this before they repeat by themselves, in seconds. */
const longestRepeat = 60;

/** The answer that an error is. Clients that repeat by themselves learn whether that can help. */
export function errorReply({ code, message, options }: RoutingError): ChatReply {
  const { status, retry } = openaiErrors[code];
  const helps = retry && (options.retryAfter ?? 0) <= longestRepeat;
  return {
    kind: 'json',
    status: options.status ?? status,
    headers: {
      ...options.headers,
      'x-should-retry': String(helps),
      ...(options.decision_id !== undefined && { 'x-vx11-decision': options.decision_id }),
      ...(options.retryAfter !== undefined && {
        'retry-after': String(Math.max(1, Math.ceil(options.retryAfter))),
      }),
    },
    body: openaiErrorOf(code, message, options),
  };
}
