import { createHash } from 'node:crypto';
import type { FastifyRequest, onSendHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import { VX11Error } from '../contracts/errors.ts';
import { callerOf } from './access.ts';
import type { StoreSource } from './store-source.ts';

/** Printable ASCII, so that it means the same to everybody who passes it on. */
const keyForm = /^[\x21-\x7e]{1,255}$/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The key of a request. Throws `bad_idempotency_key`. */
function idempotencyKey(headers: Record<string, unknown>): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && keyForm.test(key)) return key;
  throw new VX11Error('bad_idempotency_key', 'A key has 1 to 255 printable ASCII characters.');
}

/** One text that names a request's key among those of all callers; null without a key. */
export function repeatKeyOf(request: FastifyRequest): string | null {
  const key = idempotencyKey(request.headers);
  return key === null ? null : sha256(`${callerOf(request).id}\n${key}`);
}

/** Answers a repeat of a request with its first answer. Throws `idempotency_mismatch`, `request_in_flight`. */
export const replayFirstAnswer =
  (store: StoreSource, clock: () => number): preHandlerAsyncHookHandler =>
  async (request, reply) => {
    const key = idempotencyKey(request.headers);
    if (key === null) return undefined;
    const repeat = await store().idempotency.begin({
      key,
      principal: callerOf(request).id,
      route: `${request.method} ${request.url}`,
      bodyHash: sha256(JSON.stringify(request.body ?? {})),
      now: clock(),
    });
    if (repeat.kind === 'other_request') {
      throw new VX11Error('idempotency_mismatch', 'Use a new key for a new request.');
    }
    if (repeat.kind === 'in_flight') {
      throw new VX11Error(
        'request_in_flight',
        'The first request with this key has no answer yet.',
        {
          retryAfterSeconds: 1,
        },
      );
    }
    if (repeat.kind === 'first') {
      request.heldKey = key;
      return undefined;
    }
    return reply
      .code(repeat.status)
      .header('idempotent-replay', 'true')
      .type('application/json; charset=utf-8')
      .send(repeat.answer);
  };

/**
 * Keeps answers of requests that did something: 2xx, also 202, since a repeat must not start the same thing again and
 * the first answer names the window to ask for. Errors let go of the key: nothing was done, and the caller may mend
 * the request or try again.
 */
export const keepFirstAnswer =
  (store: StoreSource): onSendHookHandler =>
  async (request, reply, payload) => {
    const key = request.heldKey;
    if (key === null) return payload;
    request.heldKey = null;
    const principal = callerOf(request).id;
    try {
      const { idempotency } = store();
      if (reply.statusCode < 300) {
        await idempotency.finish(key, principal, reply.statusCode, payload as string);
      } else {
        await idempotency.abandon(key, principal);
      }
    } catch (error) {
      // what was done is done: an answer that could not be kept is still the answer
      request.log.error(
        { err: error, correlation_id: request.id },
        'an answer was not kept for its repeats',
      );
    }
    return payload;
  };
