import type { ServiceFailure, WindowView } from '../../contracts/window.ts';
import type { OpenOutcome } from './opening.ts';

/** The sender of the message that an activity carries out, for the event log. */
export interface By {
  actor: string;
  /** Id of the sender's token; none if the sender is a part of VX11. */
  principal?: string;
  correlation_id: string;
}

export interface EndWindow extends By {
  view: WindowView;
  closed_by: NonNullable<WindowView['receipt']>['closed_by'];
  reason: string | null;
}

/** Why nothing of a window came up. */
export type FailureKind = ServiceFailure['error'];

export interface MoveDeadline extends By {
  /** The window with its new deadline. */
  view: WindowView;
  clamped: boolean;
}

export interface Restart extends By {
  service: string;
  /** The window that has to hold the service; if left out, any window. */
  window_id?: string;
}

/**
 * A container before its restart. A different start time later means that it was restarted. Epoch ms, Engine's clock.
 */
export interface BeforeRestart {
  id: string;
  up: boolean;
  started_at: number | null;
}

export interface RestartOrder {
  containers: BeforeRestart[];
  /** Time limit of one attempt, from the service's times to stop and start. */
  limit_ms: number;
}

/** The activities of windows on one host. Each is safe to run twice with the same input. */
export interface PowerActivities {
  /** Starts the window's services, or returns the reason why there is no room. */
  openServices(input: By & { view: WindowView }): Promise<OpenOutcome>;
  /** Stores the window as queued, and waits in the queue until there may be room. */
  awaitRoom(input: By & { view: WindowView; because: string }): Promise<WindowView>;
  /** Moves the deadline of the window's leases. @returns false if the leases have already ended */
  moveDeadline(input: MoveDeadline): Promise<boolean>;
  /** Removes one service from the window, and stops it if no other window holds it. */
  releaseFromWindow(input: By & { view: WindowView; service: string }): Promise<WindowView>;
  /** Stops the window's services, retried until it succeeds, and writes the receipt. */
  closeServices(input: EndWindow): Promise<WindowView>;
  /** Ends a window of which no service came up. */
  failServices(
    input: By & { view: WindowView; error: FailureKind; detail: string },
  ): Promise<WindowView>;
  /** Stops services that run without a window, tolerated or not. @returns their names */
  endStrays(input: By): Promise<string[]>;
  /** Records the containers before a restart, so that a retry recognises what was already restarted. */
  lookBeforeRestart(input: Restart): Promise<RestartOrder>;
  /** Stops and starts the containers that have not started since the record, and waits until the service is ready. */
  restartService(input: Restart & { containers?: BeforeRestart[] }): Promise<void>;
  /** Starts the containers that an abandoned restart has stopped. */
  startAgain(input: Restart & { containers: BeforeRestart[] }): Promise<void>;
}
