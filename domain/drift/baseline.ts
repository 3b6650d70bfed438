/** A value that is remembered, and the one that is there since. */
interface Kept {
  value: string | null;
  next?: { value: string | null; since: number };
}

/** What was there when nobody had changed it yet, by name; null is nothing. */
export type Baseline = Readonly<Record<string, Kept>>;

export interface Change {
  name: string;
  before: string | null;
  after: string | null;
}

/** Whether a name was not looked at, so that nothing is known of it. */
export interface Unseen {
  now(name: string): boolean;
  /** At the look before. */
  before(name: string): boolean;
}

const allSeen: Unseen = { now: () => false, before: () => false };

/** A change is shown for a day; then it is what is usual. */
const shownMs = 24 * 3_600_000;

/**
 * Compares what is there now with what is remembered. The first look remembers, and finds nothing; a name that is not looked
 * at stays as it was, and is remembered at its own first look.
 * @param at epoch ms
 */
export function sinceBaseline(
  kept: Baseline | null,
  now: Readonly<Record<string, string>>,
  at: number,
  unseen: Unseen = allSeen,
): { baseline: Baseline; changes: Change[] } {
  const baseline: Record<string, Kept> = {};
  const changes: Change[] = [];
  for (const name of new Set([...Object.keys(kept ?? {}), ...Object.keys(now)])) {
    const known = kept?.[name];
    const is = now[name] ?? (known !== undefined && unseen.now(name) ? lastOf(known) : null);
    const isFirst = kept === null || (known === undefined && unseen.before(name));
    const was: Kept = isFirst ? { value: is } : (known ?? { value: null });
    const since = was.next?.value === is ? was.next.since : at;
    const isUsual = was.value === is || at - since >= shownMs;
    if (isUsual && is === null) continue;
    baseline[name] = isUsual ? { value: is } : { value: was.value, next: { value: is, since } };
    if (!isUsual) changes.push({ name, before: was.value, after: is });
  }
  return { baseline, changes };
}

const lastOf = ({ value, next }: Kept): string | null => (next === undefined ? value : next.value);

/** A mounted file as one run of a container read it. */
export interface ReadFile {
  /** The container and the time of its start. */
  run: string;
  /** SHA-256; null if the file had changed before anybody looked. */
  hash: string | null;
}

/**
 * Whether a mounted file has other content than at the start of its container. Null as long as that is the content it had.
 * @param modified whether it was written after that start
 */
export function sinceStart(
  kept: ReadFile | null,
  now: { run: string; hash: string; modified: boolean },
): { read: ReadFile; changed: boolean } {
  const known = kept !== null && kept.run === now.run ? kept : null;
  const read = known ?? { run: now.run, hash: now.modified ? null : now.hash };
  return { read, changed: read.hash !== now.hash };
}
