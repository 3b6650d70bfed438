import type { Logger } from 'pino';
import type { Store } from '../../store/index.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import type { Llm } from '../providers/language-models.ts';
import type { Pressure } from '../module-health.ts';
import type { AutonomyMetrics } from './metrics.ts';

/** Limits of the loop per day (UTC) and per hour. */
export interface AutonomyLimits {
  actions_per_hour: number;
  llm_usd_per_day: number;
  llm_tokens_per_day: number;
}

/**
 * The planner, as the loop uses it. It determines the risk of each step, and a risky plan waits for a person. A refused
 * proposal returns a plan too, in ERROR. A second proposal with the same id returns the first plan. Throws while the store
 * is unavailable.
 */
export type Propose = (proposal: {
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
  /** Whether the compose file of this host allows repairs that nobody asked for. */
  mayRepair: () => boolean;
  limits: AutonomyLimits;
  metrics: AutonomyMetrics;
  /** Epoch ms. */
  clock: () => number;
  log: Logger;
}
