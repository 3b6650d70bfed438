import { readMessages } from '../../client/sse-messages.ts';
import type { EventRecord } from '../../contracts/event.ts';
import { createBackoff } from '../../platform/concurrency/retry.ts';
import { CallError, problemOf } from './call.ts';
import type { Hello } from './continuity.ts';
import { proof, sessionEnded } from './session.ts';

/** The gateway sends at least a comment every 10 s; a stream that is silent for longer than this is dead. */
const silenceMs = 25_000;
const pauses = { firstMs: 500, longestMs: 15_000 };
/** A hidden page tries this often at most. */
const hiddenPauseMs = 15_000;

export interface StreamHandlers {
  /** The number of the last known event; null to begin now. */
  after(): number | null;
  /** The stream is open. @returns whether it continues what is known */
  onHello(hello: Hello): void;
  onEvent(event: EventRecord): void;
  /** Some bytes arrived. */
  onBytes(): void;
  onDown(): void;
}

/** Keeps one event stream open until `signal` aborts, or the gateway ends the session. */
export async function keepStream(handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let backoff = createBackoff(pauses);
  while (!signal.aborted) {
    let waitMs: number | null = null;
    try {
      await once(handlers, signal, () => (backoff = createBackoff(pauses)));
    } catch (error) {
      if (signal.aborted) return;
      const failed = error instanceof CallError ? error : null;
      if (failed !== null && (failed.problem.status === 401 || failed.code === 'forbidden')) {
        sessionEnded();
        return;
      }
      waitMs = failed?.retryAfterMs ?? null;
    }
    handlers.onDown();
    await untilNextTry(waitMs ?? backoff.nextMs(), signal);
  }
}

/** Reads one connection to its end. Throws when it breaks, is refused, or falls silent. */
async function once(handlers: StreamHandlers, signal: AbortSignal, onOpen: () => void) {
  const over = new AbortController();
  const end = (): void => over.abort(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => over.abort(new Error('the stream fell silent')), silenceMs);
    handlers.onBytes();
  };
  try {
    heard();
    const body = await open(handlers.after(), over.signal);
    onOpen();
    const bytes = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, out) {
        heard();
        out.enqueue(chunk);
      },
    });
    for await (const { id, event, data } of readMessages(body.pipeThrough(bytes))) {
      if (event === 'hello') handlers.onHello(JSON.parse(data) as Hello);
      else if (id !== undefined) handlers.onEvent(JSON.parse(data) as EventRecord);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    over.abort();
  }
}

async function open(after: number | null, signal: AbortSignal) {
  const answer = await fetch('/vx11/events', {
    headers: {
      accept: 'text/event-stream',
      'x-vx11-session': proof() ?? '',
      ...(after !== null && { 'last-event-id': String(after) }),
    },
    cache: 'no-store',
    redirect: 'error',
    signal,
  });
  if (!answer.ok || answer.body === null) throw await problemOf(answer);
  return answer.body;
}

/** Waits, but a page that becomes visible tries at once. */
function untilNextTry(ms: number, signal: AbortSignal): Promise<void> {
  const wait = document.visibilityState === 'hidden' ? Math.max(ms, hiddenPauseMs) : ms;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', woken);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const woken = (): void => {
      if (document.visibilityState === 'visible') done();
    };
    const timer = setTimeout(done, wait);
    document.addEventListener('visibilitychange', woken);
    signal.addEventListener('abort', done, { once: true });
  });
}
