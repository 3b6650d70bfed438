import type { CatalogService } from '../../contracts/service.ts';
import { isDone } from './one-shot.ts';

/** How a service went down while a window still holds it. */
export interface Exit {
  exit_code: number | null;
  out_of_memory: boolean;
  /** Somebody stopped it by hand. */
  by_hand: boolean;
  service: Pick<CatalogService, 'restart' | 'restart_limit' | 'one_shot'>;
  /** How often it was started again already, without staying up for a minute. */
  attempts: number;
}

export type RestartDecision =
  /** @property by_policy its `restart` wants it, so the Engine would have done the same */
  { revive: true; after_ms: number; by_policy: boolean } | { revive: false; because: string };

const mostAttempts = 6;

/** What is noted of a job that ended with 0. */
export const doneNote = 'it has done its work';

/**
 * The window's promise is that its services run, so what was killed or stopped from outside comes back; what ended by
 * itself follows the compose file's restart setting, which the container itself no longer carries.
 */
export function restartDecision(fall: Exit): RestartDecision {
  const { restart, restart_limit = mostAttempts } = fall.service;
  if (!fall.by_hand && isDone(fall.service, fall.exit_code)) {
    return { revive: false, because: doneNote };
  }
  const killed = !fall.out_of_memory && (fall.exit_code === 137 || fall.exit_code === 143);
  const from_outside = fall.by_hand || killed;
  // it ended by itself, and with 0 only where that counts as a fall
  if (!from_outside && restart === 'no') {
    return { revive: false, because: `it ended with exit code ${fall.exit_code}` };
  }
  // what people do to it is no fault of the service, however often they do it
  const limit = from_outside ? mostAttempts : Math.min(mostAttempts, restart_limit);
  if (!fall.by_hand && fall.attempts >= limit) {
    return {
      revive: false,
      because: `it fell ${fall.attempts} times in a row (exit code ${fall.exit_code})`,
    };
  }
  return {
    revive: true,
    after_ms: fall.attempts === 0 ? 0 : Math.min(30_000, 500 * 2 ** fall.attempts),
    by_policy: !from_outside,
  };
}
