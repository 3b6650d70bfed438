import { retry } from '../../platform/concurrency/retry.ts';
import { proof, sessionEnded } from './session.ts';

/** The members of the gateway's problem+json that the page shows. */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  error?: string;
  hint?: string;
  correlation_id?: string;
  errors?: { field: string; problem: string }[];
}

/** A call that failed. `refused`: the gateway said no; `unreachable`: no answer, or it could not do it. */
export class CallError extends Error {
  readonly kind: 'refused' | 'unreachable';
  readonly problem: Problem;
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, retryAfterMs: number | null = null, cause?: unknown) {
    super(problem.detail ?? problem.title, { cause });
    this.name = 'CallError';
    this.kind = problem.status >= 400 && problem.status < 500 ? 'refused' : 'unreachable';
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  get code(): string {
    return this.problem.error ?? '';
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface CallOptions {
  query?: Query;
  body?: unknown;
  /** A file to send as it is; the browser reads it from the disk while it sends it. */
  file?: Blob;
  /** The Idempotency-Key: the same request with the same key counts once. */
  key?: string;
  /** A token to use in place of the session. */
  token?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  withinMs?: number;
}
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const defaultWithinMs = 15_000;

export function address(path: string, query: Query = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

function headersOf({ body, file, key, token, headers }: CallOptions): Record<string, string> {
  const mine = proof();
  return {
    accept: 'application/json',
    ...(token !== undefined
      ? { 'x-vx11-token': token }
      : mine !== null && { 'x-vx11-session': mine }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(file !== undefined && { 'content-type': 'application/octet-stream' }),
    ...(key !== undefined && { 'idempotency-key': key }),
    ...headers,
  };
}

const signedOutCodes = new Set(['auth_required', 'session_required', 'forbidden']);

/** Reads why a request was refused. A refusal of the session itself ends it. */
export async function problemOf(answer: Response): Promise<CallError> {
  const content: unknown = await answer.json().catch(() => null);
  const isProblem = typeof content === 'object' && content !== null && 'title' in content;
  const problem: Problem = isProblem
    ? (content as Problem)
    : { title: `HTTP ${answer.status} ${answer.statusText}`.trim(), status: answer.status };
  const after = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return new CallError(problem, Number.isFinite(after) ? after * 1000 : null);
}

const noAnswer = (cause: unknown): CallError =>
  new CallError({ title: 'No answer', status: 0, error: 'no_answer' }, null, cause);

/** Sends one request once. Resolves with any answer that is no refusal; throws `CallError`. */
export async function send(
  method: Method,
  path: string,
  options: CallOptions = {},
): Promise<Response> {
  const { query, body, file, signal, withinMs = defaultWithinMs } = options;
  const late = AbortSignal.timeout(withinMs);
  const answer = await fetch(address(path, query), {
    method,
    headers: headersOf(options),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file !== undefined && { body: file }),
    cache: 'no-store',
    redirect: 'error',
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw noAnswer(error);
  });
  if (answer.ok || answer.status === 304) return answer;
  const error = await problemOf(answer);
  if (options.token === undefined && signedOutCodes.has(error.code)) sessionEnded();
  throw error;
}

const json = async <T>(answer: Response): Promise<T> => {
  try {
    return (await answer.json()) as T;
  } catch (error) {
    throw noAnswer(error);
  }
};

const readTries = 3;

/** Reads. A connection that breaks is tried again at once: Chromium drops waiting requests whenever a network comes up. */
export const read = async <T>(path: string, options: CallOptions = {}): Promise<T> =>
  retry(async () => json<T>(await send('GET', path, options)), {
    backoff: { firstMs: 150, longestMs: 1000 },
    tries: readTries,
    isWorth: (error) => error instanceof CallError && error.code === 'no_answer',
    ...(options.signal !== undefined && { signal: options.signal }),
  });

/** Changes something, once: a lost answer is an error whose effect is unknown. */
export const change = async <T>(
  method: Exclude<Method, 'GET'>,
  path: string,
  options: CallOptions = {},
): Promise<T> => json<T>(await send(method, path, options));

const longestCheckMs = 60_000;

/**
 * Changes something that takes an Idempotency-Key: a lost answer is asked for again with the same key.
 * @param onLost is called when an answer was lost, before the next try
 */
export const changeSurely = <T>(
  method: Exclude<Method, 'GET'>,
  path: string,
  options: CallOptions & { key: string },
  onLost: () => void = () => undefined,
): Promise<T> =>
  retry(() => change<T>(method, path, options), {
    backoff: (error, failures) =>
      (error as CallError).retryAfterMs ?? Math.min(500 * 2 ** failures, 5000),
    withinMs: longestCheckMs,
    isWorth: (error) =>
      error instanceof CallError &&
      (error.code === 'no_answer' || error.code === 'request_in_flight'),
    onFailure: onLost,
  });
