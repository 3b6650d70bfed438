import type { Logger } from 'pino';
import type { Store } from '../../store/index.ts';
import type { Llm } from '../llm.ts';
import type { AutonomyMetrics } from './metrics.ts';
import type { PlansPort } from './plans-port.ts';

/** What all of a day (UTC) and an hour may cost. */
export interface AutonomyLimits {
  actions_per_hour: number;
  llm_usd_per_day: number;
  llm_tokens_per_day: number;
}

/** How much this machine has to do: load of a minute by core, and the share of memory in use. */
export type Pressure = () => { load: number; memory: number };

export interface AutonomyDeps {
  host: string;
  store: Store;
  llm: Llm;
  plans: PlansPort;
  pressure: Pressure;
  limits: AutonomyLimits;
  metrics: AutonomyMetrics;
  /** Epoch ms. */
  clock: () => number;
  log: Logger;
}

/** Whose budget the loop's questions to the model are. */
export const autonomyAccount = 'autonomy';
