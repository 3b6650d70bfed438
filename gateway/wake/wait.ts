import { abortable } from '../../platform/concurrency/abortable.ts';
import { pollUntil } from '../../platform/concurrency/poll.ts';
import { timeout, TimeoutError } from '../../platform/concurrency/timeout.ts';
import type { WakeRequest } from './request.ts';
import type { AskSession, Session } from './sessions.ts';

/** How often the read model is asked while requests wait; it answers from memory. */
const everyMs = 20;
/** More requests than this do not wait. */
const mostWaiting = 1000;

/**
 * Waits until a session is settled, at most `ms`. Requests for the same share one look.
 * @returns the session as it is then
 * @throws what `ask` throws; the reason of `signal`
 */
export type WaitSession = (
  request: WakeRequest,
  agent: string | undefined,
  ms: number,
  signal: AbortSignal,
) => Promise<Session>;

export function createWaitSession(ask: AskSession): WaitSession {
  const shared = new Map<string, { waiting: number; settled: () => Promise<Session> }>();
  let waiting = 0;

  const join = (request: WakeRequest) => {
    const known = shared.get(request.key);
    if (known !== undefined) return known;
    const look = async (): Promise<Session> => ask(request);
    const isOver = ({ settled }: Session): boolean => settled || made.waiting === 0;
    const settled = pollUntil(look, isOver, { everyMs }).finally(() => shared.delete(request.key));
    settled.catch(() => undefined); // those who wait get it too
    const made = { waiting: 0, settled: () => settled };
    shared.set(request.key, made);
    return made;
  };
  const waitUntil = async (
    request: WakeRequest,
    until: number,
    signal: AbortSignal,
  ): Promise<Session | null> => {
    for (;;) {
      const left = until - performance.now();
      if (left <= 0) return null;
      const one = join(request);
      one.waiting += 1;
      try {
        const session = await abortable(timeout(left, 'waking', one.settled()), signal);
        if (session.settled) return session;
      } catch (error) {
        if (error instanceof TimeoutError) return null;
        throw error;
      } finally {
        one.waiting -= 1;
      }
    }
  };
  return async (request, agent, ms, signal) => {
    const first = await ask(request, agent);
    if (first.settled || waiting >= mostWaiting) return first;
    waiting += 1;
    try {
      return (await waitUntil(request, performance.now() + ms, signal)) ?? (await ask(request));
    } finally {
      waiting -= 1;
    }
  };
}
