import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createDecisionStore, type DecisionStore } from './decisions.ts';
import { createFeedbackStore, type FeedbackStore } from './feedback.ts';
import { createSpendStore, type SpendStore } from './spend.ts';
import { createRoutingStateStore, type RoutingStateStore } from './state.ts';

/** Everything that routing stores. It holds no text of requests or answers, and no keys. */
export interface RoutingStore {
  decisions: DecisionStore;
  feedback: FeedbackStore;
  spend: SpendStore;
  state: RoutingStateStore;
}

export const createRoutingStore = (connection: Connection, append: AppendEvents): RoutingStore => ({
  decisions: createDecisionStore(connection),
  feedback: createFeedbackStore(connection),
  spend: createSpendStore(connection),
  state: createRoutingStateStore(connection, append),
});
