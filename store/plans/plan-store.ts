import type { NewEvent } from '../../contracts/event.ts';
import type {
  PlanSource,
  PlanStatus,
  PlanStep,
  PlanView,
  RiskLevel,
} from '../../contracts/plan.ts';
import type { KeptToken } from '../../platform/plan-token.ts';
import type { MadreAction } from './actions.ts';
import type { Ask, AskRefusal } from './asks.ts';
import type { PlanPeople } from './plan-rows.ts';

/** A change of a plan, decided on its current state. */
export interface PlanChange {
  plan: PlanView;
  events: NewEvent[];
  /** The hashes of a new confirm token, which voids the previous one. */
  token?: KeptToken;
  /** The principal of the person who confirms with this change; null where only the name is known. */
  approver_id?: string | null;
}

/** Plans and their steps, as their workflows last reported them. */
export interface PlanStore {
  /**
   * @param ask for what an agent asked for: refused if it waits already, was rejected just now, or too much waits
   * @returns null if it was stored
   */
  insert(
    plan: PlanView,
    token: KeptToken | null,
    events: NewEvent[],
    actorId?: string | null,
    ask?: Ask,
  ): Promise<AskRefusal | null>;
  find(id: string): Promise<PlanView | null>;
  /** The hash of its confirm token; null if it has none. */
  confirmHash(id: string): Promise<string | null>;
  /** Null if there is no such plan. */
  people(id: string): Promise<PlanPeople | null>;
  /**
   * Reads, decides and writes in one transaction; `decide` returns null for no change. A plan that has ended never
   * changes.
   * @returns the plan afterwards; null if there is none
   */
  change(
    id: string,
    decide: (plan: PlanView, confirmHash: string | null, people: PlanPeople) => PlanChange | null,
  ): Promise<PlanView | null>;
  /**
   * Writes the current state of one step, with the action that it carried out.
   * @returns false if nothing was written: the plan has ended, or the action is already recorded
   */
  saveStep(
    planId: string,
    step: PlanStep,
    events: NewEvent[],
    action?: MadreAction,
  ): Promise<boolean>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: {
    status?: PlanStatus | undefined;
    /** The name of who asked. */
    actor?: string | undefined;
    risk?: RiskLevel | undefined;
    source?: PlanSource | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ plans: PlanView[]; next_cursor: string | null }>;
  newestOf(correlationId: string): Promise<PlanView | null>;
  /** The newest plan for this intent. */
  ofIntent(intentId: string): Promise<PlanView | null>;
  /** The plan that waits for this confirm token; null if none does. */
  waitingFor(token: string): Promise<PlanView | null>;
  /** The plan with this confirm token that was decided or has expired, requested at or after `since` (epoch ms). */
  decidedWith(token: string, since: number): Promise<PlanView | null>;
  /** Up to 100 live plans whose workflow has not been started, requested before `before` (epoch ms), oldest first. */
  unstarted(before: number): Promise<PlanView[]>;
  started(id: string): Promise<void>;
  counts(): Promise<Partial<Record<PlanStatus, number>>>;
}
