import type { Logger } from 'pino';
import type { CheckRunView } from '../../contracts/checks.ts';
import type { Intent } from '../../contracts/intent.ts';
import type { PlanStep, PlanView, StepOf, StepError } from '../../contracts/plan.ts';
import type { RepairView } from '../../contracts/repair.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';
import type { Store } from '../../store/index.ts';
import type { PatchDeps } from '../patches/deps.ts';
import type { Clock } from '../../platform/clock.ts';

/** Who acts on a window, for the event log. */
export interface WindowActor {
  actor: string;
  correlation_id: string;
}

/** The calls of plans to Temporal. Each has a deadline, and throws while Temporal is unavailable. */
export interface PlanRuns {
  /** Starts the plan's run, unless it exists. */
  start(plan: PlanView): Promise<void>;
  /** Returns whether the plan's run is still running. */
  runs(planId: string): Promise<boolean>;
  /**
   * Starts the window's workflow, or joins it, and waits until the window is open or has failed. An open window is renewed
   * to `ttl_ms`. The same `update_id` on the same run takes effect once.
   */
  openWindow(
    view: WindowView,
    message: WindowActor & { ttl_ms: number | null; reason: string | null; update_id: string },
    limitMs: number,
  ): Promise<WindowView>;
  /**
   * Moves a window's deadline later; the same `update_id` moves it once.
   * @returns the new deadline, or why it did not move; null if the window has ended
   */
  extendWindow(
    id: string,
    message: WindowActor & { by_ms: number; update_id: string },
    limitMs: number,
  ): Promise<{ view: WindowView; clamped: boolean } | StepError | null>;
  /** Ends a window and waits for its receipt; null if its workflow is already gone. */
  closeWindow(
    id: string,
    message: WindowActor & { reason: string },
    limitMs: number,
  ): Promise<WindowView | null>;
  /**
   * Releases a service from a window.
   * @returns why the window does not release it yet; null if its workflow is already gone
   */
  releaseService(
    id: string,
    message: WindowActor & { service: string },
    limitMs: number,
  ): Promise<WindowView | StepError | null>;
  /**
   * Stops and starts a service inside this window, once per `update_id`: a repeated call joins the first one.
   * @returns why it is not up again; null if it is
   */
  restartService(
    message: WindowActor & { window_id: string; host: string; service: string; update_id: string },
    limitMs: number,
  ): Promise<StepError | null>;
  /** Ends the wait for a restart; what it stopped is started nevertheless. @returns whether it was still under way */
  cancelRestart(restart: { host: string; update_id: string }): Promise<boolean>;
}

/** Runs tasks of plans in sandboxes. A task has its step's id, so that a repeated request runs it once. */
export interface TaskPort {
  run(plan: Omit<PlanView, 'steps'>, step: StepOf<'SPAWN'>, signal: AbortSignal): Promise<StepEnd>;
  /** Ends the step's task. @returns true if it had ended before: its effects stay */
  cancel(plan: Omit<PlanView, 'steps'>, step: StepOf<'SPAWN'>): Promise<boolean>;
}

/** One call of a role by a step. */
export interface RoleStep {
  action: string;
  text: string;
  step_id: string;
  /** Shows in the plan how far it is, as the result that the step has so far. */
  progress?: (result: Record<string, unknown>) => Promise<void>;
}

/** The work that a role does for a plan. */
export type RoleWork = (
  plan: Omit<PlanView, 'steps'>,
  call: RoleStep,
  signal: AbortSignal,
) => Promise<StepEnd>;

/** Takes back the work of a role, as far as its step said that it can. */
export type RoleUndo = (plan: Omit<PlanView, 'steps'>, call: RoleStep) => Promise<StepEnd>;

/** The calls to Temporal about a run of checks. */
export interface ChecksPort {
  /** Starts the run's workflow, unless it was started already. */
  startChecks(run: CheckRunView): Promise<void>;
  /** Asks a run to end. @returns whether it was still under way */
  cancelChecks(runId: string, by: WindowActor): Promise<boolean>;
}

/** The calls to Temporal about a repair. */
export interface RepairsPort {
  /** Starts the repair's workflow, unless it was started already. */
  startRepair(repair: RepairView): Promise<void>;
  /** Asks a repair to end. @returns whether it was still under way */
  cancelRepair(repairId: string, by: WindowActor): Promise<boolean>;
}

export interface PlanDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => PlanRuns;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  checks: () => ChecksPort;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  repairs: () => RepairsPort;
  /** Null if the spawner takes no tasks from plans. */
  spawner: TaskPort | null;
  /** The files of this host's stack; null if this process may not change them. */
  patches: PatchDeps | null;
  /** The roles that do work for plans, by name. */
  roles: Readonly<Record<string, RoleWork>>;
  /** By the type of a step: what has to be asked back before anything is opened for it; null if nothing is open. */
  questions?: Readonly<Record<string, (intent: Intent) => Promise<StepError | null>>>;
  /** Those that can take work back. */
  undoes?: Readonly<Record<string, RoleUndo>>;
  /** Called for every step that begins, ends or is undone in this process. */
  stepped?: (plan: Pick<PlanView, 'plan_id' | 'intent_id'>, step: PlanStep) => void;
  /** Called for every plan that ends in this process. */
  ended?: (plan: PlanView) => void;
}

export const done = (result: Record<string, unknown>): StepEnd => ({
  status: 'DONE',
  result,
  error: null,
});
export const broken = (
  error: StepError,
  result: Record<string, unknown> | null = null,
): StepEnd => ({
  status: 'ERROR',
  result,
  error,
});
