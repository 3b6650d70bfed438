import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { useWords } from '../base/words.ts';
import type { ControlAnswer } from '../live/answers.ts';
import { CallError, changeSurely } from '../live/call.ts';
import { markChanged } from '../live/queries.ts';
import { announce } from '../parts/announce.tsx';

const words = {
  running: ['Accepted; it runs now', 'Aceptado; ya está en marcha'],
  denied: ['madre declined', 'madre lo rechazó'],
} as const;

/** One thing to do to one service or window. */
export interface Deed {
  action: 'close' | 'stop' | 'restart' | 'open';
  target?: string;
  window_id?: string;
  params?: { host?: string; ttl_seconds?: number; reason?: string };
}

/**
 * Asks madre for a plan: the risk table decides whether it waits. A plan that waits opens for review; one that runs at once
 * says so.
 */
export function useControl() {
  const t = useWords(words);
  const [, go] = useLocation();
  return useCallback(
    async (key: string, onLost: () => void, deed: Deed): Promise<void> => {
      const answer = await changeSurely<ControlAnswer>(
        'POST',
        '/madre/control',
        { body: deed, key, withinMs: 30_000 },
        onLost,
      );
      markChanged(['plans', 'status']);
      if (answer.status === 'denied') {
        throw new CallError({
          title: t.denied,
          status: 409,
          detail: answer.reason,
          error: 'denied',
        });
      }
      if (answer.status === 'pending_confirmation') go(`/plans/${answer.plan_id}?review`);
      else announce(t.running);
    },
    [go, t],
  );
}
