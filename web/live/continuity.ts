/** An event's place in the log: its number, its hash, and the hash of the one before. */
export interface Link {
  seq: number;
  prev_hash: string;
  hash: string;
}

/** The newest event that this page knows; null if it knows none. */
export type Place = { seq: number; hash: string } | null;

/**
 * Whether an event continues what this page knows. `next`: yes. `seen`: it is known already. `broken`: something between is
 * missing, or the log is another one: only a new snapshot helps.
 */
export function follows(place: Place, event: Link): 'next' | 'seen' | 'broken' {
  if (place === null) return 'next';
  if (event.seq === place.seq) return event.hash === place.hash ? 'seen' : 'broken';
  if (event.seq < place.seq) return 'seen';
  return event.prev_hash === place.hash ? 'next' : 'broken';
}

/** What a stream says of its log before its first event. */
export interface Hello {
  newest: number;
  first_kept: number;
  head_hash: string;
  server_time: string;
  version: string;
}

/** Whether a stream can continue this page's place: its log still has what follows it, and is not an older copy. */
export function canContinue(place: Place, { newest, first_kept, head_hash }: Hello): boolean {
  if (place === null) return true;
  if (newest < place.seq) return false;
  if (newest === place.seq) return head_hash === place.hash;
  return first_kept <= place.seq + 1;
}
