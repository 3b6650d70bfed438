import type { CatalogService } from '../../contracts/service.ts';
import { isDone } from './one-shot.ts';

/** How a service stopped while a window still holds it. */
export interface Exit {
  exit_code: number | null;
  out_of_memory: boolean;
  /** Someone stopped it by hand. */
  by_hand: boolean;
  service: Pick<CatalogService, 'restart' | 'restart_limit' | 'one_shot'>;
  /** Restarts so far, without running for a full minute in between. */
  attempts: number;
}

export type RestartDecision =
  /** @property by_policy its `restart` setting requires it, so the Engine would have restarted it too */
  { restart: true; after_ms: number; by_policy: boolean } | { restart: false; because: string };

const maxAttempts = 6;

/** The note on a job that ended with exit code 0. */
export const doneNote = 'it has done its work';

/**
 * Whether to restart a service. A window promises that its services run, so a service that was killed or stopped from
 * outside is restarted. One that ended by itself follows the `restart` setting of the compose file; the container itself
 * has none.
 */
export function restartDecision(exit: Exit): RestartDecision {
  const { restart, restart_limit = maxAttempts } = exit.service;
  if (!exit.by_hand && isDone(exit.service, exit.exit_code)) {
    return { restart: false, because: doneNote };
  }
  const killed = !exit.out_of_memory && (exit.exit_code === 137 || exit.exit_code === 143);
  const from_outside = exit.by_hand || killed;
  // it ended by itself; exit code 0 gets here only if it does not count as completed
  if (!from_outside && restart === 'no') {
    return { restart: false, because: `it ended with exit code ${exit.exit_code}` };
  }
  // stops by hand are no fault of the service, so they are not limited
  const limit = from_outside ? maxAttempts : Math.min(maxAttempts, restart_limit);
  if (!exit.by_hand && exit.attempts >= limit) {
    return {
      restart: false,
      because: `it failed ${exit.attempts} times in a row (exit code ${exit.exit_code})`,
    };
  }
  return {
    restart: true,
    after_ms: exit.attempts === 0 ? 0 : Math.min(30_000, 500 * 2 ** exit.attempts),
    by_policy: !from_outside,
  };
}
