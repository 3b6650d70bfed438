import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { tlsTrouble } from '../platform/tls/trouble.ts';
import { GatewayFailure } from './gateway-failure.ts';
import type { Target } from './target.ts';

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
  /** Sends a file as it is, however long that takes. Throws as `call` does. */
  upload<T>(path: string, content: Blob, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
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

  const carry = target.send ?? fetch;
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await carry(target.url + path, { ...init, redirect: 'error' }).catch(
      (error: unknown) => {
        throw unreachable(target, error);
      },
    );
    if (answer.ok) return answer;
    // loaded only now: the schemas of answers cost each command 40 ms
    const { refused } = await import('./refusal.ts');
    throw await refused(answer, target);
  };

  const understood = async <T>(
    answer: Response,
    call: string,
    schema: z.ZodType<T>,
  ): Promise<T> => {
    const content: unknown = await answer.json().catch((error: unknown) => {
      throw unreachable(target, error);
    });
    const parsed = schema.safeParse(content);
    if (!parsed.success) throw notUnderstood(call, parsed.error);
    return parsed.data;
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
      return understood(answer, `${method} ${path}`, schema);
    },
    async upload(path, content, schema, signal) {
      const type = { 'content-type': 'application/octet-stream' };
      const init = { method: 'PUT', headers: { ...headers(), ...type }, body: content, signal };
      return understood(await send(path, init), `PUT ${path}`, schema);
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
  const secure = tlsTrouble(cause);
  if (secure !== null) {
    const message = `The gateway at ${target.url} cannot be trusted: ${secure}.\n  next: ${tlsAdvice}`;
    return new GatewayFailure('unreachable', message, { cause, retryable: false });
  }
  const slow = cause instanceof Error && cause.name === 'TimeoutError';
  const code = (cause as { cause?: { code?: string } }).cause?.code ?? '';
  const what = slow ? 'did not answer in time' : `cannot be reached${code && ` (${code})`}`;
  const next = 'Start it with: vx11 up. Or name another one with --url or VX11_URL.';
  const message = `The gateway at ${target.url} ${what}.\n  next: ${next}`;
  return new GatewayFailure('unreachable', message, { cause });
}

const tlsAdvice =
  'Set VX11_CA_FILE to the certificate of its authority, and VX11_URL to a name in its certificate.';

function notUnderstood(call: string, error: z.ZodError): GatewayFailure {
  const first = error.issues[0];
  const where = first ? ` (${first.path.join('.')}: ${first.message})` : '';
  return new GatewayFailure(
    'unreachable',
    `The answer to ${call} does not have the form that this version expects${where}.\n  next: run the vx11 that belongs to this gateway`,
  );
}
