import type { ServiceFailure, WindowView } from '../../contracts/window.ts';
import type { OpenOutcome } from './opening.ts';

/** For the event log: who sent the message that an activity carries out. */
export interface By {
  actor: string;
  /** The token behind the name; none for a part of VX11. */
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
  /** As it is to be. */
  view: WindowView;
  clamped: boolean;
}

export interface Restart extends By {
  service: string;
  /** The window that it has to be in; any that holds the service where left out. */
  window_id?: string;
}

/** A container before its restart: with another start it was restarted. Epoch ms, by the Engine's clock. */
export interface BeforeRestart {
  id: string;
  up: boolean;
  started_at: number | null;
}

export interface RestartOrder {
  containers: BeforeRestart[];
  /** For one try, by the service's own times to stop and to start. */
  limit_ms: number;
}

/** What windows need from the machine they are on; each is safe to run twice with the same input. */
export interface PowerActivities {
  /** Brings the window's services up; answers with why, when there is no room. */
  openServices(input: By & { view: WindowView }): Promise<OpenOutcome>;
  /** Writes down that the window waits, and waits in line until there may be room. */
  awaitRoom(input: By & { view: WindowView; because: string }): Promise<WindowView>;
  /** Moves the deadline of the window's leases; false when they have ended already. */
  moveDeadline(input: MoveDeadline): Promise<boolean>;
  /** Takes one service out of the window, and down where nobody else holds it. */
  releaseFromWindow(input: By & { view: WindowView; service: string }): Promise<WindowView>;
  /** Takes the window's services down, never gives up, and writes the receipt. */
  closeServices(input: EndWindow): Promise<WindowView>;
  /** Ends a window that never came up. */
  failServices(
    input: By & { view: WindowView; error: FailureKind; detail: string },
  ): Promise<WindowView>;
  /** Ends what runs without a window, tolerated or not. @returns their names */
  endStrays(input: By): Promise<string[]>;
  /** What is there to be restarted: it is looked at before, so that whoever tries again sees what was done. */
  lookBeforeRestart(input: Restart): Promise<RestartOrder>;
  /** Stops and starts what has not started since the look, and waits until the service is ready. */
  restartService(input: Restart & { containers?: BeforeRestart[] }): Promise<void>;
  /** Starts what a restart that does not go on has stopped. */
  startAgain(input: Restart & { containers: BeforeRestart[] }): Promise<void>;
}
