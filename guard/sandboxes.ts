import type { Clock, Known } from './decide.ts';
import type { Engine } from './engine.ts';

/** The service that makes sandboxes: without a lease of it there are none to look for. */
const maker = 'spawner';
const everyMs = 5_000;
/** Looking goes on this long after its lease is gone, and for as long as sandboxes are found. */
const afterMs = 120_000;

/** Ends sandboxes whose deadline is past, for when nobody else is left to do it. */
export interface SandboxWatch {
  /** Gives how many were removed. Throws where the Engine does not answer. */
  round(all: Known[], now: Clock): Promise<number>;
}

export function createSandboxWatch(
  engine: Pick<Engine, 'sandboxes' | 'remove'>,
  graceMs: number,
): SandboxWatch {
  let lookUntil = 0;
  let lastLook = -Infinity;
  return {
    async round(all, now) {
      if (all.some(({ service }) => service === maker)) lookUntil = now.steady_ms + afterMs;
      if (now.steady_ms > lookUntil || now.steady_ms - lastLook < everyMs) return 0;
      lastLook = now.steady_ms;
      const found = await engine.sandboxes();
      if (found.length > 0) lookUntil = now.steady_ms + afterMs;
      const due = found.filter(({ deadline_ms }) => deadline_ms + graceMs < now.wall_ms);
      for (const { id } of due) await engine.remove(id);
      return due.length;
    },
  };
}
