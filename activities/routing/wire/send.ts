import { post, type Answer } from '../../../platform/network/post.ts';
import { failureOf } from './read-error.ts';
import { WireFailure, type JsonObject, type WireCall, type WireLimits } from './wire.ts';

/** The longest error body that is read, in bytes. */
const errorBytes = 64 * 1024;
/** How long the end of a complete answer may take. */
const endMs = 100;

/** An answer with a good status, and the clock that ends it if it stalls. */
export interface Sent {
  response: Answer;
  watch: StallWatch;
}

/** Ends a request whose provider falls silent. */
export interface StallWatch {
  signal: AbortSignal;
  /** Something came: from now on the time between chunks counts. */
  beat(): void;
  /** The answer is complete: its connection is kept for the next request if the provider ends it at once. */
  complete(): void;
  end(): void;
}

/** @param outer the caller's own end of the request */
export function watchStall(outer: AbortSignal, limits: WireLimits): StallWatch {
  const stall = new AbortController();
  const expire = (what: string, ms: number): void =>
    stall.abort(
      new WireFailure(
        { message: `${what} did not come within ${ms / 1000} s` },
        { kind: 'failed', unsettled: true },
      ),
    );
  let isComplete = false;
  let timer = setTimeout(() => expire('the first byte', limits.firstByteMs), limits.firstByteMs);
  return {
    signal: AbortSignal.any([outer, stall.signal]),
    beat() {
      if (isComplete) return;
      clearTimeout(timer);
      timer = setTimeout(() => expire('the next chunk', limits.betweenMs), limits.betweenMs);
    },
    complete() {
      isComplete = true;
      clearTimeout(timer);
      timer = setTimeout(() => expire('the end', endMs), endMs);
    },
    end: () => clearTimeout(timer),
  };
}

/** Posts JSON to a provider. Redirects are not followed: they would take the key elsewhere. Throws `WireFailure`. */
export async function send(
  url: string,
  headers: Record<string, string>,
  body: JsonObject,
  { signal: outer, limits, heard }: Pick<WireCall, 'signal' | 'limits' | 'heard'>,
): Promise<Sent> {
  const watch = watchStall(outer, limits);
  try {
    const response = await post(url, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: watch.signal,
    });
    heard(response.headers);
    if (response.status < 300) return { response, watch };
    throw failureOf(response.status, response.headers, await errorBody(response), Date.now());
  } catch (error) {
    watch.end();
    throw asFailure(error, outer);
  }
}

async function errorBody(response: Answer): Promise<unknown> {
  const text = await readText(response, errorBytes, () => undefined).catch(() => '');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The pieces of an answer, each of which shows that the provider is alive. Throws `WireFailure` for more than `limit` bytes. */
export async function* watched(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  beat: () => void,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of body) {
    beat();
    size += piece.byteLength;
    if (size > limit) throw tooLong(limit);
    yield piece;
  }
}

/** The text of an answer. Throws `WireFailure` if it is longer than `limit` bytes. */
export async function readText({ body }: Answer, limit: number, beat: () => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of watched(body, limit, beat))
    text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

export const tooLong = (limit: number): WireFailure =>
  new WireFailure({ message: `the answer is longer than ${limit} bytes` }, { kind: 'failed' });

/** The code of a failure before any answer. */
export const unreachable = 'unreachable';

/** Codes of connections that were never made. */
const unsent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What a thrown value says about the provider: nothing if the caller ended the request. */
export function asFailure(error: unknown, outer: AbortSignal): WireFailure {
  if (error instanceof WireFailure) return error;
  if (outer.aborted) {
    if (outer.reason instanceof WireFailure) return outer.reason;
    return new WireFailure(
      { message: 'the request was ended' },
      { kind: 'aborted', cause: error, unsettled: true },
    );
  }
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof WireFailure) return cause;
  const { code } = (cause ?? {}) as { code?: unknown };
  return new WireFailure(
    {
      code: unreachable,
      message:
        typeof code === 'string' ? `the connection failed (${code})` : 'the connection failed',
    },
    { kind: 'failed', cause: error, unsettled: typeof code !== 'string' || !unsent.has(code) },
  );
}
