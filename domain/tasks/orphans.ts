/** What a sandbox's labels say of whose it is; `deadline` in epoch ms. */
export interface Belonging {
  key: string;
  owner: string;
  boot: string;
  deadline: number;
}

/** Who asks: an installation, in one of its starts, with the sandboxes that it answers for. */
export interface Asker {
  owner: string;
  boot: string;
  answersFor(key: string): boolean;
}

/**
 * Whether a sandbox may be removed now:
 * - of an earlier start of the same owner, at once: who followed it is dead;
 * - of this start, when it is not known there: its creation was given up;
 * - of anybody else, when its deadline is past, or when it has none.
 * Of its own the asker knows better than a label, which a waiting sandbox carries from before its task.
 */
export function isOrphan(sandbox: Belonging, asker: Asker, now: number): boolean {
  if (sandbox.owner !== asker.owner) return !(sandbox.deadline > now);
  return sandbox.boot !== asker.boot || !asker.answersFor(sandbox.key);
}
