import type { Clock, KnownLease } from './decide.ts';
import type { Engine } from './engine.ts';

/** The service that creates sandboxes: without a lease on it there are none to look for. */
const spawnerService = 'spawner';
const everyMs = 5_000;
/** The search continues this long after the lease is gone, and as long as it finds sandboxes. */
const afterMs = 120_000;

/** Removes sandboxes past their deadline, in case their spawner is dead. */
export interface SandboxWatch {
  /** Returns the number of sandboxes removed. Throws if the Engine does not answer. */
  round(all: KnownLease[], now: Clock): Promise<number>;
}

export function createSandboxWatch(
  engine: Pick<Engine, 'sandboxes' | 'remove'>,
  graceMs: number,
): SandboxWatch {
  let searchUntil = 0;
  let lastSearch = -Infinity;
  return {
    async round(all, now) {
      if (all.some(({ service }) => service === spawnerService))
        searchUntil = now.steady_ms + afterMs;
      if (now.steady_ms > searchUntil || now.steady_ms - lastSearch < everyMs) return 0;
      lastSearch = now.steady_ms;
      const found = await engine.sandboxes();
      if (found.length > 0) searchUntil = now.steady_ms + afterMs;
      const due = found.filter(({ deadline_ms }) => deadline_ms + graceMs < now.wall_ms);
      for (const { id } of due) await engine.remove(id);
      return due.length;
    },
  };
}
