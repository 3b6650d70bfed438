import type { Candidate, Observation, Reasoning } from '../../contracts/autonomy.ts';
import type { LoopDecision } from '../../domain/autonomy/decide.ts';

/** What a round found; without a change since the last one there is nothing to think about. */
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

/** What a round of madre's loop needs from the outside; each is safe to run twice with the same input. */
export interface AutonomyActivities {
  /** Looks around, and measures what earlier decisions came to. @param cycle_id names the round */
  observe(input: { cycle_id: string }): Promise<Round>;
  /** Asks the model, where there is one and it may be paid; null where it is not asked. */
  reason(round: ChangedRound): Promise<Reasoning | null>;
  /** Writes the decision down, and proposes the plan that it comes to. */
  carryOut(input: CarryOut): Promise<CarriedOut>;
}
