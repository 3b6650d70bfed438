import type { NoticeSeverity } from '../../contracts/notice.ts';

/** What waits for a channel and may be sent: it is not held by quiet hours. */
export interface Pending {
  channel: string;
  count: number;
  /** When the oldest of them could have been sent first; epoch ms. */
  oldest_due_at: number;
  critical: boolean;
}

/** The messages of a channel so far. */
export interface ChannelState {
  /** When the newest message was made, in epoch ms; null if there is none. */
  last_at: number | null;
  /** Whether a message has failed and waits for its next try. */
  failing: boolean;
}

/**
 * Whether what is pending becomes a message now. A notice waits for others, and a channel gets no more than one message in
 * its pace. While a message is refused the rest waits, to be one message afterwards; what is critical does not wait for that.
 */
export function isReady(
  { oldest_due_at, critical }: Pending,
  { last_at, failing }: ChannelState,
  { group_ms, pace_ms }: { group_ms: number; pace_ms: number },
  now: number,
): boolean {
  if (last_at !== null && now - last_at < pace_ms) return false;
  return critical || (!failing && now - oldest_due_at >= group_ms);
}

/** The severities from the least. */
const order: readonly NoticeSeverity[] = ['info', 'warn', 'high', 'critical'];

export const rankOf = (severity: NoticeSeverity): number => order.indexOf(severity);
