import type { CatalogService } from '../contracts/service.ts';

/** How a service went down while a window still holds it. */
export interface Fall {
  exit_code: number | null;
  out_of_memory: boolean;
  /** Somebody stopped it by hand. */
  by_hand: boolean;
  restart: CatalogService['restart'];
  /** How often it was started again already, without staying up for a minute. */
  attempts: number;
}

export type Revival = { revive: true; after_ms: number } | { revive: false; because: string };

const mostAttempts = 6;

/**
 * The window's promise is that its services run, so what was killed or stopped from outside comes back; what ended by
 * itself follows the compose file's restart setting, which the container itself no longer carries.
 */
export function revival(fall: Fall): Revival {
  const killed = !fall.out_of_memory && (fall.exit_code === 137 || fall.exit_code === 143);
  const wanted =
    fall.by_hand ||
    killed ||
    fall.restart === 'always' ||
    fall.restart === 'unless-stopped' ||
    (fall.restart === 'on-failure' && fall.exit_code !== 0);
  if (!wanted) {
    return {
      revive: false,
      because:
        fall.exit_code === 0 ? 'it has done its work' : `it ended with exit code ${fall.exit_code}`,
    };
  }
  // what people do to it is no fault of the service, however often they do it
  if (!fall.by_hand && fall.attempts >= mostAttempts) {
    return {
      revive: false,
      because: `it fell ${fall.attempts} times in a row (exit code ${fall.exit_code})`,
    };
  }
  return {
    revive: true,
    after_ms: fall.attempts === 0 ? 0 : Math.min(30_000, 500 * 2 ** fall.attempts),
  };
}
