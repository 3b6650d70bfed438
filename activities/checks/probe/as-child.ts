import { setPriority } from 'node:os';

/** Makes this process polite, and ends it with its parent's channel. */
export function liveAsChild(): void {
  process.once('disconnect', () => process.exit(0));
  try {
    setPriority(10);
  } catch {
    // a host that forbids it still checks
  }
}
