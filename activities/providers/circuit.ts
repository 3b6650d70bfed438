/** After so many failures in a row a provider is left alone. */
const failuresToOpen = 3;
const openMs = 15_000;

/** Keeps calls from a provider that fails, or that said when to come back. */
export interface Circuit {
  /** May a call be made now? After a pause one call goes first, and the others wait for how it ends. */
  enter(): boolean;
  succeeded(): void;
  /** @param holdMs leave it alone for this long, whatever went before */
  failed(holdMs?: number): void;
}

/** @param now ms that never go back */
export function createCircuit(now: () => number): Circuit {
  let failures = 0;
  let closedUntil = 0;
  return {
    enter() {
      if (now() < closedUntil) return false;
      if (failures >= failuresToOpen) closedUntil = now() + openMs;
      return true;
    },
    succeeded() {
      failures = 0;
      closedUntil = 0;
    },
    failed(holdMs) {
      failures += 1;
      if (failures >= failuresToOpen) closedUntil = now() + openMs;
      if (holdMs !== undefined) closedUntil = Math.max(closedUntil, now() + holdMs);
    },
  };
}
