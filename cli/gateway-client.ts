import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CommandFailed, exitCode } from './exit-code.ts';
import { problemText } from './problem-text.ts';
import type { Target } from './target.ts';

/** What a problem+json of the gateway tells; anything that is missing is simply not shown. */
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
  /** How long to wait for the answer; 15 s where left out. */
  withinMs?: number;
}

/** The gateway, as all commands speak to it. */
export interface GatewayClient {
  readonly target: Target;
  /**
   * One call, tried once; the answer is checked against `schema`.
   * Throws CommandFailed: refused (4xx), unreachable (no connection, 5xx, an answer that is not understood).
   */
  call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    schema: z.ZodType<T>,
    options?: CallOptions,
  ): Promise<T>;
  /** Opens a stream of server-sent events. Throws as `call` does. */
  stream(
    path: string,
    lastEventId: number | string | undefined,
    signal: AbortSignal,
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
    stream: (path, lastEventId, signal) =>
      send(path, {
        headers: {
          ...headers(),
          accept: 'text/event-stream',
          ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
        },
        signal,
      }),
  };
}

function unreachable(target: Target, cause: unknown): CommandFailed {
  const slow = cause instanceof Error && cause.name === 'TimeoutError';
  const code = (cause as { cause?: { code?: string } }).cause?.code ?? '';
  const what = slow ? 'did not answer in time' : `cannot be reached${code && ` (${code})`}`;
  const next = 'Start it with: vx11 up. Or name another one with --url or VX11_URL.';
  const message = `The gateway at ${target.url} ${what}.\n  next: ${next}`;
  return new CommandFailed(exitCode.unreachable, message, { cause });
}

async function refused(answer: Response, target: Target): Promise<CommandFailed> {
  const content: unknown = await answer.json().catch(() => null);
  const parsed = problem.safeParse(content);
  const told: Problem = parsed.success
    ? parsed.data
    : { title: `It answered ${answer.status} ${answer.statusText}`, status: answer.status };
  const exit = answer.status >= 500 ? exitCode.unreachable : exitCode.refused;
  const wait = answer.headers.get('retry-after');
  return new CommandFailed(exit, problemText(told, target, wait));
}

function notUnderstood(method: string, path: string, error: z.ZodError): CommandFailed {
  const first = error.issues[0];
  const where = first ? ` (${first.path.join('.')}: ${first.message})` : '';
  return new CommandFailed(
    exitCode.unreachable,
    `The answer to ${method} ${path} is not as this version expects${where}.\n  next: run the vx11 that belongs to this gateway`,
  );
}
