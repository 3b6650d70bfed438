import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { GatewayFailure } from './gateway-failure.ts';
import { problemText } from './problem-text.ts';
import type { Target } from './target.ts';

/** The fields of the gateway's problem+json; a missing field is not shown. */
const problem = z.object({
  title: z.string(),
  status: z.number(),
  detail: z.string().optional(),
  error: z.string().optional(),
  hint: z.string().optional(),
  correlation_id: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

interface CallOptions {
  body?: unknown;
  /** How long to wait for the answer; the default is 15 s. */
  withinMs?: number;
}

/** The gateway's HTTP API, as all commands use it. */
export interface GatewayClient {
  readonly target: Target;
  /**
   * One call, tried once; the answer is checked against `schema`.
   * Throws GatewayFailure.
   */
  call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    schema: z.ZodType<T>,
    options?: CallOptions,
  ): Promise<T>;
  /**
   * Opens a stream of server-sent events: after an event of this id, or as the answer to a body, which is posted.
   * Throws as `call` does.
   */
  stream(
    path: string,
    signal: AbortSignal,
    options?: { after?: number | string | undefined; body?: unknown },
  ): Promise<Response>;
}

const defaultWithinMs = 15_000;

export function connectGateway(target: Target): GatewayClient {
  const headers = (): Record<string, string> => ({
    'x-correlation-id': randomUUID(),
    ...(target.token && { 'x-vx11-token': target.token }),
  });

  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(target.url + path, { ...init, redirect: 'error' }).catch(
      (error: unknown) => {
        throw unreachable(target, error);
      },
    );
    if (answer.ok) return answer;
    throw await refused(answer, target);
  };

  return {
    target,
    async call(method, path, schema, { body, withinMs = defaultWithinMs } = {}) {
      const answer = await send(path, {
        method,
        headers: {
          ...headers(),
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(withinMs),
      });
      const content: unknown = await answer.json().catch((error: unknown) => {
        throw unreachable(target, error);
      });
      const parsed = schema.safeParse(content);
      if (!parsed.success) throw notUnderstood(method, path, parsed.error);
      return parsed.data;
    },
    stream: (path, signal, { after, body } = {}) =>
      send(path, {
        headers: {
          ...headers(),
          accept: 'text/event-stream',
          ...(after !== undefined && { 'last-event-id': String(after) }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        signal,
      }),
  };
}

function unreachable(target: Target, cause: unknown): GatewayFailure {
  const slow = cause instanceof Error && cause.name === 'TimeoutError';
  const code = (cause as { cause?: { code?: string } }).cause?.code ?? '';
  const what = slow ? 'did not answer in time' : `cannot be reached${code && ` (${code})`}`;
  const next = 'Start it with: vx11 up. Or name another one with --url or VX11_URL.';
  const message = `The gateway at ${target.url} ${what}.\n  next: ${next}`;
  return new GatewayFailure('unreachable', message, { cause });
}

async function refused(answer: Response, target: Target): Promise<GatewayFailure> {
  const content: unknown = await answer.json().catch(() => null);
  const { status, statusText, headers } = answer;
  const bare = { title: `The gateway answered ${status} ${statusText}`, status };
  return refusal(content, target, { bare, wait: headers.get('retry-after') });
}

/** Turns a problem from a response or a stream into a failure; uses `bare` if `content` is not a problem. */
export function refusal(
  content: unknown,
  target: Target,
  more: { bare?: Problem; wait?: string | null } = {},
): GatewayFailure {
  const parsed = problem.safeParse(content);
  const shown = parsed.data ?? more.bare ?? { title: 'The request failed', status: 500 };
  const kind = shown.status >= 500 ? 'unreachable' : 'refused';
  const retryable = shown.status >= 500 || shown.status === 429;
  return new GatewayFailure(kind, problemText(shown, target, more.wait), { retryable });
}

function notUnderstood(method: string, path: string, error: z.ZodError): GatewayFailure {
  const first = error.issues[0];
  const where = first ? ` (${first.path.join('.')}: ${first.message})` : '';
  return new GatewayFailure(
    'unreachable',
    `The answer to ${method} ${path} does not have the form that this version expects${where}.\n  next: run the vx11 that belongs to this gateway`,
  );
}
