import type { Logger } from 'pino';
import type { Store } from '../../store/index.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import type { Llm } from '../providers/language-models.ts';
import type { Pressure } from '../module-health.ts';
import type { AutonomyMetrics } from './metrics.ts';

/** What all of a day (UTC) and an hour may cost. */
export interface AutonomyLimits {
  actions_per_hour: number;
  llm_usd_per_day: number;
  llm_tokens_per_day: number;
}

/**
 * The planner, as the loop asks it: it works out each step's risk, and what is risky waits for a person. What it refuses is
 * a plan too, in ERROR; it throws where the store is away. Asked twice for one plan, it gives the first.
 */
export type Propose = (wish: {
  plan_id: string;
  actor: string;
  steps: StepDraft[];
  reason: string;
  correlation_id: string;
}) => Promise<{ plan_id: string; status: string }>;

export interface AutonomyDeps {
  host: string;
  store: Store;
  llm: Llm;
  propose: Propose;
  pressure: Pressure;
  limits: AutonomyLimits;
  metrics: AutonomyMetrics;
  /** Epoch ms. */
  clock: () => number;
  log: Logger;
}
