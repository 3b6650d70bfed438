import type { FastifyRequest } from 'fastify';
import {
  errorCatalog,
  VX11Error,
  type ErrorCode,
  type FieldProblem,
} from '../../contracts/errors.ts';
import { lineIds } from './request-metrics.ts';

export const problemType = 'application/problem+json';

/** Where the gateway serves a page about an error. */
export const problemPath = (code: string): string => `/problems/${code}`;

/** An error in the form of RFC 9457, with our members `error`, `correlation_id` and `errors`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  error: ErrorCode;
  correlation_id: string;
  errors?: FieldProblem[];
}

export function problemOf(error: VX11Error, correlationId: string): Problem {
  const { status, title } = errorCatalog[error.code];
  return {
    type: problemPath(error.code),
    title,
    status,
    detail: error.message,
    error: error.code,
    correlation_id: correlationId,
    ...(error.fields.length > 0 && { errors: error.fields }),
  };
}

/** Our codes for Fastify's errors that the caller caused. */
const fastifyCodes: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['too_large', 'A body may have 262144 bytes.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The body does not have the stated length.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media', 'Send application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['bad_json', 'The body is empty.'],
  FST_ERR_BAD_URL: ['bad_request', 'The address holds a wrong percent-encoding.'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri_too_long', 'A part of the address may have 100 characters.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request did not arrive in time.'],
  ECONNRESET: ['bad_request', 'The connection ended before the body did.'],
};

const isRefusal = (status: unknown): boolean =>
  typeof status === 'number' && status >= 400 && status < 500;

/** Any thrown value as an error that a caller may see; an unknown one becomes `internal`, which hides its cause. */
export function asVX11Error(error: unknown): VX11Error {
  if (error instanceof VX11Error) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const ours = typeof code === 'string' ? fastifyCodes[code] : undefined;
  if (ours !== undefined) return new VX11Error(ours[0], ours[1], { cause: error });
  // any other 4xx of Fastify is still the caller's fault
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  if (typeof code === 'string' && code.startsWith('FST_') && isRefusal(statusCode)) {
    return new VX11Error('bad_request', 'The request is malformed.', { cause: error });
  }
  return new VX11Error('internal', 'The log has the cause under this correlation id.', {
    cause: error,
  });
}

/** The causes of an error, outermost first; without stacks, since one outage fails many requests. */
function causesOf(error: Error): string | undefined {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 8; cause = cause.cause) {
    // an AggregateError of several addresses has a code and no message
    const text = cause.message || (cause as { code?: string }).code || cause.name;
    if (!causes.includes(text)) causes.push(text);
  }
  return causes.length === 0 ? undefined : causes.join(': ');
}

/** Turns an error into the problem that the caller gets, and logs the rest of a 5xx. */
export function problemFor(
  error: unknown,
  request: FastifyRequest,
): { known: VX11Error; problem: Problem } {
  const known = asVX11Error(error);
  const problem = problemOf(known, request.id);
  if (known.code === 'internal')
    request.log.error({ err: error, ...lineIds(request) }, 'answered internal');
  else if (problem.status >= 500)
    request.log.warn(
      {
        error: known.code,
        because: known.message,
        cause: causesOf(known),
        ...lineIds(request),
      },
      'answered 5xx',
    );
  return { known, problem };
}
