/** The owner of a sandbox, from its labels; `deadline` in epoch ms. */
export interface SandboxOwnership {
  key: string;
  owner: string;
  boot: string;
  deadline: number;
}

/** The installation that checks: its id, its current start (`boot`), and the sandboxes that it manages. */
export interface Installation {
  owner: string;
  boot: string;
  manages(key: string): boolean;
}

/**
 * Whether a sandbox may be removed now:
 * - from an earlier start of this installation: at once, since the process that managed it is dead;
 * - from this start: if it is not managed, since its creation was aborted;
 * - from another installation: if its deadline has passed or if it has none.
 * For its own sandboxes the installation ignores the labels: a pooled sandbox got them before its task.
 */
export function isOrphan(
  sandbox: SandboxOwnership,
  installation: Installation,
  now: number,
): boolean {
  if (sandbox.owner !== installation.owner) return !(sandbox.deadline > now);
  return sandbox.boot !== installation.boot || !installation.manages(sandbox.key);
}
