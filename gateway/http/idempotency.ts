import type { FastifyRequest, onSendHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import type { WindowView } from '../../contracts/window.ts';
import { callerOf } from './authenticate.ts';
import type { IdempotencyClaims } from './idempotency-claims.ts';
import type { StoreSource } from '../reads/store-source.ts';
import { sha256 } from '../../platform/hash.ts';
import { lineIds } from './request-metrics.ts';

/** Printable ASCII, which every proxy passes on unchanged. */
const keyForm = /^[\x21-\x7e]{1,255}$/;

/** The key of a request. Throws `bad_idempotency_key`. */
function idempotencyKey(headers: Record<string, unknown>): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && keyForm.test(key)) return key;
  throw new VX11Error('bad_idempotency_key', 'A key has 1 to 255 printable ASCII characters.');
}

/** Refuses a key on a route that could not replay its first answer. Throws `bad_idempotency_key`. */
export function refuseKey({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined) return;
  const detail =
    'This route takes no key: it keeps no answer that holds a secret. Leave the header out.';
  throw new VX11Error('bad_idempotency_key', detail);
}

/** The intent id that a request shares with its retries; undefined without a key. */
export const intentOfRepeats = (request: FastifyRequest): string | undefined => {
  const key = repeatKeyOf(request);
  return key === null ? undefined : `intent-${sha256(`intent ${key}`).slice(0, 32)}`;
};

/** Records that this request sent nothing. An earlier request with the same key may still have sent something. */
export function sentNothing(request: FastifyRequest): void {
  request.repeat = request.claim?.again === true ? 'resume' : 'release';
}

/** A text that a request shares with its retries, until one of them is refused; null without a key. */
export const repeatKeyOf = ({ claim }: FastifyRequest): string | null => claim?.attempt ?? null;

/**
 * The window of a request that does not name one by id: the result of `find`. A retry of a request that was not answered
 * gets the window that the first try found, and does not touch a newer one.
 */
export async function sameWindow(
  store: StoreSource,
  { claim }: FastifyRequest,
  find: () => Promise<WindowView | null>,
): Promise<WindowView | null> {
  if (claim === null) return find();
  if (claim.window_id !== null) return store().windows.find(claim.window_id);
  const view = await find();
  if (view !== null) await store().idempotency.about(claim, view.window_id);
  return view;
}

/** Answers a retry with the first answer. Throws `idempotency_mismatch`, `request_in_flight`. */
export const replayFirstAnswer =
  (
    store: StoreSource,
    clock: () => number,
    claims: IdempotencyClaims,
  ): preHandlerAsyncHookHandler =>
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
        'The first request with this key has no answer yet. Try again shortly.',
        {
          retryAfterSeconds: 1,
        },
      );
    }
    if (repeat.kind === 'first') {
      request.claim = repeat.claim;
      claims.hold(repeat.claim.id);
      return undefined;
    }
    return reply
      .code(repeat.status)
      .header('idempotent-replay', 'true')
      .type('application/json; charset=utf-8')
      .send(repeat.answer);
  };

const withoutToken = (answer: string): string => {
  if (!answer.includes('"confirm_token"')) return answer;
  const isKept = (key: string, value: unknown) => (key === 'confirm_token' ? undefined : value);
  return JSON.stringify(JSON.parse(answer, isKept));
};

/**
 * Settles the idempotency key of a request by its answer. A 2xx (202 too) is kept and replayed to every retry, without its
 * confirm token: a lost one is asked for again. A 4xx releases the key: nothing happened. A 5xx keeps it resumable: work may
 * have started, and a retry continues it. `request.repeat`, where it is set, overrides the status.
 */
export const keepFirstAnswer =
  (store: StoreSource, claims: IdempotencyClaims): onSendHookHandler =>
  async (request, reply, payload) => {
    const { claim } = request;
    if (claim === null) return payload;
    request.claim = null;
    try {
      const { idempotency } = store();
      const { statusCode } = reply;
      const byStatus = statusCode < 300 ? 'replay' : statusCode < 500 ? 'release' : 'resume';
      const repeat = request.repeat ?? byStatus;
      if (repeat === 'replay') {
        await idempotency.finish(claim, statusCode, withoutToken(payload as string));
      } else if (repeat === 'release') await idempotency.release(claim);
      else await idempotency.keepResumable(claim);
    } catch (error) {
      // the work is done, so the caller gets the answer even if it could not be kept
      request.log.error(
        { err: error, ...lineIds(request) },
        'an answer could not be kept for retries',
      );
    } finally {
      claims.drop(claim.id);
    }
    return payload;
  };
