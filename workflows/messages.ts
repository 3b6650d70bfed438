import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EndReason, SpawnPriority } from '../contracts/spawn.ts';
import type { ClosedBy, ServiceFailure, WindowView } from '../contracts/window.ts';

/** What a window is started with: the view as it was requested, in state `requested`. */
export interface KeepWindow {
  view: WindowView;
  /** What becomes of it when the host has no room: it waits, or it fails with `no_room`. */
  when_full: 'queue' | 'refuse';
  /** The rest is what an earlier run of this window leaves to a new one: changes of the deadline, newest last. */
  answered?: AnsweredChange[];
  /** A close that has not succeeded yet. */
  closing?: CloseWindow;
  /** An opening that failed, where that is not written down yet. */
  failure?: { error: ServiceFailure['error']; detail: string };
}

/** Temporal knows the ids of updates within one run only; a repeat in a later one is found here. */
export interface AnsweredChange {
  update_id: string;
  clamped: boolean;
}

/** Who sent a message, for the event log. */
export interface Sender {
  actor: string;
  /** The token behind the name; none for a part of VX11, and from older gateways. */
  principal?: string;
  correlation_id: string;
}

export interface RenewWindow extends Sender {
  /** Null leaves the deadline as it is: the caller only waits until the window is up. */
  ttl_ms: number | null;
  reason: string | null;
}
export interface ExtendWindow extends Sender {
  by_ms: number;
}
export interface CloseWindow extends Sender {
  reason: string | null;
  closed_by: ClosedBy;
}
export interface ReleaseService extends Sender {
  service: string;
  /** How the window counts as closed when nothing is left in it; `caller` where left out. */
  closed_by?: ClosedBy;
}

/** A view after a change of its deadline; `clamped` where max_ttl allowed less than was asked for. */
export interface DeadlineChange {
  view: WindowView;
  clamped: boolean;
}

/**
 * Waits until the window is open, queued or failed; on one that is open, renews it to the TTL from now.
 * Fails with an ApplicationFailure whose type is an error code: `window_ended`. This, `extendWindow` and
 * `releaseService` fail with `too_many_requests` for the moment in which a long run makes way for a new one.
 */
export const openWindow = defineUpdate<DeadlineChange, [RenewWindow]>('openWindow');
/** Moves the deadline later. Fails with `window_ended`, or `window_not_open` while it opens or is on hold. */
export const extendWindow = defineUpdate<DeadlineChange, [ExtendWindow]>('extendWindow');
/**
 * Ends the window at once; returns when its receipt is written. Where a close does not succeed for so long that the
 * window continues in a new run, this and `releaseService` fail with `window_not_open`: send it again.
 */
export const closeWindow = defineUpdate<WindowView, [CloseWindow]>('closeWindow');
/** Ends this window's hold on one service; a window that holds nothing any more closes. */
export const releaseService = defineUpdate<WindowView, [ReleaseService]>('releaseService');
export const windowView = defineQuery<WindowView>('windowView');

/** Ends what runs on a host without a window, also what was tolerated; result of the workflow `endStrays`. */
export interface StraysEnded {
  services: string[];
}
/** Input of `endStrays` and, with a service, of `restartService`. */
export interface EndStrays extends Sender {
  host: string;
}
export interface RestartService extends Sender {
  host: string;
  service: string;
  /** Only inside this window; inside any that holds the service where left out. */
  window_id?: string;
}

/** What a task's workflow is started with; its code and its output never go through here. */
export interface SpawnOnce {
  spawn_id: string;
  host: string;
  /** Epoch ms: the end of the whole task. */
  expires_at: number;
  priority: SpawnPriority;
  /** Whether somebody asked to be told of its end. */
  callback: boolean;
}

export interface EndSpawn {
  reason: EndReason;
  by: string;
}

/** Ends a task: at once while it waits, by TERM and KILL while it runs. The store says when it has ended. */
export const endSpawn = defineSignal<[EndSpawn]>('endSpawn');

/** Input of `autonomousCycle`: the host that madre is on. */
export interface AutonomousCycle {
  host: string;
}
