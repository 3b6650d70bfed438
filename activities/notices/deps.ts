import type { ChannelSource, DeclaredNotify } from '../../contracts/notice-channel.ts';
import type { Digest } from '../../domain/notices/digest.ts';
import type { TryOutcome } from '../../domain/notices/next-try.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/index.ts';
import type { ReadSecret } from './secrets.ts';

/** Sends one message once. Never throws. */
export type Deliver = (source: ChannelSource, message: Digest) => Promise<TryOutcome>;

export interface DeliveryDeps {
  host: string;
  /** Hosts that may have private addresses. */
  allowed: readonly string[];
  secret: ReadSecret;
  clock: Clock;
}

export interface NoticeDeps {
  host: string;
  store: Pick<Store, 'outbox' | 'messages' | 'windows' | 'incidents'>;
  clock: Clock;
  /** What the compose file says now, or said when it could last be read. */
  declared: () => Promise<DeclaredNotify>;
  deliver: Deliver;
  /** Whether this process also sends notices of what belongs to no host: plans. */
  ownsPlans: boolean;
  random: () => number;
  metrics: NoticeMetrics;
}

export interface NoticeMetrics {
  tried(channel: string, outcome: 'sent' | 'retried' | 'dead'): void;
}
