import { useCallback, useEffect, useRef, useState } from 'react';
import { CallError } from './call.ts';

/** What became of one act. `checking`: its answer was lost, and the page asks what happened. */
export type ActState =
  { step: 'idle' | 'busy' | 'checking' | 'done' } | { step: 'failed'; error: CallError };

export interface Act<A extends unknown[]> {
  state: ActState;
  busy: boolean;
  /** Does it, unless it is being done. */
  run(...args: A): Promise<void>;
  reset(): void;
}

export interface ActContext {
  /** The Idempotency-Key of this form: the same until the act has succeeded or was refused. */
  key: string;
  onLost(): void;
}

/** 128 random bits. */
export const newKey = (): string => crypto.randomUUID();

/** One act of a person: at most one request at a time, and a key that makes a repeated one count once. */
export function useAct<A extends unknown[]>(
  work: (context: ActContext, ...args: A) => Promise<void>,
): Act<A> {
  const [state, setState] = useState<ActState>({ step: 'idle' });
  const running = useRef(false);
  const key = useRef<string | null>(null);
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const show = (next: ActState): void => {
    if (shown.current) setState(next);
  };
  const run = useCallback(
    async (...args: A) => {
      if (running.current) return;
      running.current = true;
      key.current ??= newKey();
      show({ step: 'busy' });
      try {
        await work({ key: key.current, onLost: () => show({ step: 'checking' }) }, ...args);
        key.current = null;
        show({ step: 'done' });
      } catch (error) {
        const failure = error instanceof CallError ? error : new CallError(unknown, null, error);
        // after a lost answer the same key asks for the same request again
        if (failure.kind === 'refused') key.current = null;
        show({ step: 'failed', error: failure });
      } finally {
        running.current = false;
      }
    },
    [work],
  );
  const reset = useCallback(() => setState({ step: 'idle' }), []);
  const busy = state.step === 'busy' || state.step === 'checking';
  return { state, busy, run, reset };
}

const unknown = { title: 'The page failed', status: 0, error: 'page_failed' };
