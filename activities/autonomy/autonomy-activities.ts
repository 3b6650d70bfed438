import type { Candidate, Observation, Reasoning } from '../../contracts/autonomy.ts';
import type { LoopDecision } from '../../domain/autonomy/decide.ts';

/** What a round observed. If nothing has changed since the last round, there is nothing to decide. */
export type Round =
  | { running: boolean; changed: false }
  | {
      running: boolean;
      changed: true;
      decision_id: string;
      correlation_id: string;
      /** Epoch ms. */
      at: number;
      hash: string;
      seen: Observation;
      verdict: LoopDecision;
    };
export type ChangedRound = Extract<Round, { changed: true }>;

export interface CarryOut {
  round: ChangedRound;
  choice: Candidate;
  by: 'rules' | 'llm';
  reasoning: Reasoning | null;
}

export interface CarriedOut {
  decision_id: string;
  plan_id: string | null;
  plan_status: string | null;
}

/** The activities of a round of madre's loop; each is safe to run twice with the same input. */
export interface AutonomyActivities {
  /** Observes the system and measures the effects of earlier decisions. @param cycle_id names the round */
  observe(input: { cycle_id: string }): Promise<Round>;
  /** Asks the model, if one is configured and the budget allows it; null if it is not asked. */
  reason(round: ChangedRound): Promise<Reasoning | null>;
  /** Records the decision and proposes its plan. */
  carryOut(input: CarryOut): Promise<CarriedOut>;
}
