import { failureOf } from './read-error.ts';
import { WireFailure, type JsonObject, type WireLimits } from './wire.ts';

/** The longest error body that is read, in bytes. */
const errorBytes = 64 * 1024;

/** An answer with a good status, and the clock that ends it if it stalls. */
export interface Sent {
  response: Response;
  watch: StallWatch;
}

/** Ends a request whose provider falls silent. */
export interface StallWatch {
  signal: AbortSignal;
  /** Something came: from now on the time between chunks counts. */
  beat(): void;
  end(): void;
}

/** @param outer the caller's own end of the request */
export function watchStall(outer: AbortSignal, limits: WireLimits): StallWatch {
  const stall = new AbortController();
  const expire = (what: string, ms: number): void =>
    stall.abort(
      new WireFailure(
        { message: `${what} did not come within ${ms / 1000} s` },
        { kind: 'failed' },
      ),
    );
  let timer = setTimeout(() => expire('the first byte', limits.firstByteMs), limits.firstByteMs);
  return {
    signal: AbortSignal.any([outer, stall.signal]),
    beat() {
      clearTimeout(timer);
      timer = setTimeout(() => expire('the next chunk', limits.betweenMs), limits.betweenMs);
    },
    end: () => clearTimeout(timer),
  };
}

/** Posts JSON to a provider. Redirects are not followed: they would take the key elsewhere. Throws `WireFailure`. */
export async function send(
  url: string,
  headers: Record<string, string>,
  body: JsonObject,
  outer: AbortSignal,
  limits: WireLimits,
): Promise<Sent> {
  const watch = watchStall(outer, limits);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: watch.signal,
    });
    if (response.ok) return { response, watch };
    throw failureOf(response.status, response.headers, await errorBody(response), Date.now());
  } catch (error) {
    watch.end();
    throw asFailure(error, outer);
  }
}

async function errorBody(response: Response): Promise<unknown> {
  const text = await readText(response, errorBytes, () => undefined).catch(() => '');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The text of an answer. Throws `WireFailure` if it is longer than `limit` bytes. */
export async function readText(
  { body }: Response,
  limit: number,
  beat: () => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const piece of body ?? []) {
    beat();
    size += piece.byteLength;
    if (size > limit) throw tooLong(limit);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

export const tooLong = (limit: number): WireFailure =>
  new WireFailure({ message: `the answer is longer than ${limit} bytes` }, { kind: 'failed' });

/** The code of a failure before any answer. */
export const unreachable = 'unreachable';

/** What a thrown value says about the provider: nothing if the caller ended the request. */
export function asFailure(error: unknown, outer: AbortSignal): WireFailure {
  if (error instanceof WireFailure) return error;
  if (outer.aborted) {
    if (outer.reason instanceof WireFailure) return outer.reason;
    return new WireFailure({ message: 'the request was ended' }, { kind: 'aborted', cause: error });
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
    { kind: 'failed', cause: error },
  );
}
