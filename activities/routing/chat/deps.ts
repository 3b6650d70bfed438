import type { Logger } from 'pino';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import type { StoredDecision } from '../../../contracts/routing-call.ts';
import type { FailureKind, RoutingMode } from '../../../contracts/routing.ts';
import type { LiveCatalog } from '../catalog/catalog.ts';
import type { createConversations } from '../state/conversations.ts';
import type { LocalUses } from '../state/local-uses.ts';
import type { LineLimits } from '../state/places.ts';
import type { ProgramOutcome } from '../state/program-outcome.ts';
import type { TargetFacts } from '../state/targets.ts';

/** Times and sizes of requests; tests make them small. */
export interface ChatLimits {
  firstByteMs: number;
  /** Of a target whose service was asleep: it loads its model first. */
  coldFirstByteMs: number;
  betweenMs: number;
  /** The longest answer in bytes, for a request that names no limit of tokens. */
  bytes: number;
  /** The line of requests for which every target is busy. */
  line: LineLimits;
}

export const chatLimits: ChatLimits = {
  firstByteMs: 30_000,
  coldFirstByteMs: 300_000,
  betweenMs: 60_000,
  bytes: 64 * 1024 * 1024,
  line: { most: 200, mostOfOwner: 100, waitMs: 60_000 },
};

/** Counts for `/metrics`. */
export interface RoutingMetrics {
  ended(provider: string, model: string, result: 'ok' | FailureKind): void;
  firstToken(provider: string, seconds: number): void;
  spent(provider: string, tokensIn: number, tokensOut: number, usd: number | null): void;
  decided(seconds: number): void;
  dropped(records: number): void;
  /** So many requests wait in line. */
  waiting(requests: number): void;
}

/** Everything that a request needs. */
export interface ChatDeps {
  catalog: LiveCatalog;
  facts: TargetFacts;
  uses: LocalUses;
  /** How a task of a program ended. */
  program: (taskId: string) => Promise<ProgramOutcome>;
  conversations: ReturnType<typeof createConversations>;
  beliefs: () => RoutingBeliefs;
  /** The value of the variable of a key. */
  secret: (env: string) => string | null;
  /** The mode of requests that name none. */
  mode: () => RoutingMode;
  record: (decision: StoredDecision) => void;
  metrics: RoutingMetrics;
  limits: ChatLimits;
  /** Epoch ms. */
  clock: () => number;
  /** 32 random bits. */
  seed: () => number;
  log: Logger;
}
