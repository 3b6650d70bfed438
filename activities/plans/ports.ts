import type { Logger } from 'pino';
import type { PlanStep, PlanView, StepOf, StepError } from '../../contracts/plan.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../platform/clock.ts';

/** Who does something with a window, for the event log. */
export interface WindowSender {
  actor: string;
  correlation_id: string;
}

/** What plans ask of Temporal. Every call throws while it is away, and has a deadline. */
export interface PlanRuns {
  /** Starts the plan's run unless there is one. */
  start(plan: PlanView): Promise<void>;
  /** Does the plan's run go on? */
  runs(planId: string): Promise<boolean>;
  /**
   * Starts the window's workflow, or joins it, and waits until it is open or failed; on one that is open, renews it
   * to `ttl_ms`. The same `update_id` on the same run is one message.
   */
  openWindow(
    view: WindowView,
    message: WindowSender & { ttl_ms: number | null; reason: string | null; update_id: string },
    limitMs: number,
  ): Promise<WindowView>;
  /**
   * Moves a window's deadline later; the same `update_id` is one message, and moves it once.
   * @returns why it did not move, or where it is; null where the window has ended
   */
  extendWindow(
    id: string,
    message: WindowSender & { by_ms: number; update_id: string },
    limitMs: number,
  ): Promise<{ view: WindowView; clamped: boolean } | StepError | null>;
  /** Ends a window and waits for its receipt; null where its workflow is gone already. */
  closeWindow(
    id: string,
    message: WindowSender & { reason: string },
    limitMs: number,
  ): Promise<WindowView | null>;
  /**
   * Takes a service out of a window.
   * @returns why the window does not let go of it yet; null where its workflow is gone already
   */
  releaseService(
    id: string,
    message: WindowSender & { service: string },
    limitMs: number,
  ): Promise<WindowView | StepError | null>;
  /**
   * Stops and starts a service inside this window; once for each `update_id`, which is joined where it was begun already.
   * @returns why it is not up again; null where it is
   */
  restartService(
    message: WindowSender & { window_id: string; host: string; service: string; update_id: string },
    limitMs: number,
  ): Promise<StepError | null>;
  /** Ends the wait for a restart; what it stopped is started all the same. @returns whether it still went on */
  cancelRestart(restart: { host: string; update_id: string }): Promise<boolean>;
}

/** Tasks in sandboxes, each under an id of its own: asked for twice, it runs once. */
export interface SpawnPort {
  run(plan: Omit<PlanView, 'steps'>, step: StepOf<'SPAWN'>, signal: AbortSignal): Promise<StepEnd>;
  /** Ends the step's task, unless it has ended. @returns whether it had: what it did stays done */
  cancel(plan: Omit<PlanView, 'steps'>, step: StepOf<'SPAWN'>): Promise<boolean>;
}

/** Work that a role does for a plan, by the role's name. */
export type RoleWork = (
  plan: Omit<PlanView, 'steps'>,
  call: { action: string; text: string },
  signal: AbortSignal,
) => Promise<StepEnd>;

export interface PlanDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  /** Throws `temporal_unavailable` while Temporal is away. */
  runs: () => PlanRuns;
  /** Null while the spawner takes no tasks from plans. */
  spawner: SpawnPort | null;
  /** Roles that have work for plans. */
  roles: Readonly<Record<string, RoleWork>>;
  /** Hears of every step that begins, ends or is undone in this process. */
  stepped?: (plan: Pick<PlanView, 'plan_id' | 'intent_id'>, step: PlanStep) => void;
  /** Hears of every plan that ends in this process. */
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
