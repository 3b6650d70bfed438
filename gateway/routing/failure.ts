import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '../../contracts/errors.ts';
import { openaiErrorOf, openaiErrors, type OpenaiErrorCode } from '../../contracts/openai.ts';
import type { Front } from './front/fronts.ts';

/** An error of `/v1` that the gateway itself gives. */
export class FrontError extends Error {
  override name = 'FrontError';
  readonly code: OpenaiErrorCode;
  readonly param: string | undefined;
  readonly hint: string | undefined;

  constructor(
    code: OpenaiErrorCode,
    message: string,
    options: { param?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.param = options.param;
    this.hint = options.hint;
  }
}

/** Our own error codes in the words of OpenAI. */
const codes: Partial<Record<ErrorCode, OpenaiErrorCode>> = {
  auth_required: 'invalid_api_key',
  session_required: 'invalid_api_key',
  forbidden: 'invalid_api_key',
  ambiguous_token: 'invalid_api_key',
  scope: 'permission_denied',
  too_large: 'request_too_large',
  too_many_requests: 'rate_limit_exceeded',
  not_found: 'model_not_found',
  internal: 'internal_error',
  madre_unavailable: 'unavailable',
  temporal_unavailable: 'unavailable',
  store_unavailable: 'unavailable',
};

export const openaiCodeOf = (code: ErrorCode): OpenaiErrorCode => codes[code] ?? 'invalid_request';

/** Sends an error in the form of a front. Clients that repeat by themselves learn whether that can help. */
export function sendFailure(
  reply: FastifyReply,
  front: Pick<Front, 'error'>,
  code: OpenaiErrorCode,
  message: string,
  more: {
    param?: string | undefined;
    hint?: string | undefined;
    retryAfter?: number | undefined;
  } = {},
): FastifyReply {
  const { status, retry } = openaiErrors[code];
  if (more.retryAfter !== undefined) reply.header('retry-after', more.retryAfter);
  const { param, hint } = more;
  const body = openaiErrorOf(code, message, {
    ...(param !== undefined && { param }),
    ...(hint !== undefined && { hint }),
  });
  return reply
    .code(status)
    .header('x-should-retry', String(retry))
    .type('application/json')
    .send(JSON.stringify(front.error(body, status)));
}
