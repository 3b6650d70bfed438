import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EndReason, TaskPriority } from '../contracts/task.ts';
import type { ClosedBy, ServiceFailure, WindowView } from '../contracts/window.ts';

/** Input of `keepWindow`: the view as it was requested, in state `requested`. */
export interface KeepWindow {
  view: WindowView;
  /** If the host has no room, the window waits (`queue`) or fails with `no_room` (`refuse`). */
  when_full: 'queue' | 'refuse';
  /** This and the following fields come from an earlier run of this window. Deadline changes, newest last. */
  answered?: AnsweredChange[];
  /** A close that has not succeeded yet. */
  closing?: CloseWindow;
  /** A failure of the opening that is not stored yet. */
  failure?: { error: ServiceFailure['error']; detail: string };
}

/** Temporal deduplicates update ids within one run only; this recognizes a repeat in a later run. */
export interface AnsweredChange {
  update_id: string;
  clamped: boolean;
}

/** Who sent a message, for the event log. */
export interface Actor {
  actor: string;
  /** The token behind the name; absent for VX11's own processes, and from older gateways. */
  principal?: string;
  correlation_id: string;
}

export interface RenewWindow extends Actor {
  /** Null keeps the deadline: the caller only waits until the window is open. */
  ttl_ms: number | null;
  reason: string | null;
}
export interface ExtendWindow extends Actor {
  by_ms: number;
}
export interface CloseWindow extends Actor {
  reason: string | null;
  closed_by: ClosedBy;
}
export interface ReleaseService extends Actor {
  service: string;
  /** Who counts as having closed the window if it holds nothing any more; `caller` by default. */
  closed_by?: ClosedBy;
}

/** The view after a change of its deadline; `clamped` if max_ttl allowed less than the caller asked for. */
export interface DeadlineChange {
  view: WindowView;
  clamped: boolean;
}

/**
 * Waits until the window is open, queued or failed; an open window is renewed to the TTL from now.
 * Fails with an ApplicationFailure whose type is an error code: `window_ended`. This, `extendWindow` and
 * `releaseService` fail with `too_many_requests` while a long run hands over to a new one.
 */
export const openWindow = defineUpdate<DeadlineChange, [RenewWindow]>('openWindow');
/** Moves the deadline later. Fails with `window_ended`, or `window_not_open` while it opens or is on hold. */
export const extendWindow = defineUpdate<DeadlineChange, [ExtendWindow]>('extendWindow');
/**
 * Ends the window at once; returns when its receipt is written. If closing takes so long that the window continues in a
 * new run, this and `releaseService` fail with `window_not_open`: send the update again.
 */
export const closeWindow = defineUpdate<WindowView, [CloseWindow]>('closeWindow');
/** Ends this window's hold on one service; a window that holds no service any more closes. */
export const releaseService = defineUpdate<WindowView, [ReleaseService]>('releaseService');
export const windowView = defineQuery<WindowView>('windowView');

/** Result of the workflow `endStrays`: the services that were stopped. */
export interface StraysEnded {
  services: string[];
}
/** Input of `endStrays`, which stops everything that runs on a host without a window, also what was tolerated. */
export interface EndStrays extends Actor {
  host: string;
}
/** Input of `restartService`. */
export interface RestartService extends Actor {
  host: string;
  service: string;
  /** Restarts the service only inside this window; by default, inside any window that holds it. */
  window_id?: string;
}

/** Input of `spawnOnce`. The task's code and output never pass through Temporal. */
export interface TaskOnce {
  spawn_id: string;
  host: string;
  /** The deadline of the whole task, over all attempts. Epoch ms. */
  expires_at: number;
  priority: TaskPriority;
  /** Whether the task has a callback URL. */
  callback: boolean;
}

export interface EndTask {
  reason: EndReason;
  by: string;
}

/**
 * Ends a task: at once while it waits, with SIGTERM and then SIGKILL while it runs. The store shows when it has ended.
 */
export const endSpawn = defineSignal<[EndTask]>('endSpawn');

/** Input of `autonomousCycle`: the host on which madre runs. */
export interface AutonomousCycle {
  host: string;
}
