import type { EndReason, SpawnState } from '../../contracts/spawn.ts';

/** Which attempt of which task; all else is in the store, and never in a workflow's history. */
export interface Attempt {
  spawn_id: string;
  /** The first is 1. */
  attempt: number;
}

/** How a task stands after an attempt. */
export interface SpawnReport {
  state: SpawnState;
  ended: boolean;
  /** Where it has not ended: how long to wait before the next attempt, in ms. */
  pause_ms: number;
  /** Nobody has lost it, and the same attempt is to be asked for again: it was not begun, or goes on where it was. */
  again?: true;
}

/** Why an attempt is given up from outside: it never began, who ran it is gone, or was not heard of for a while. */
export type AttemptOutcome = EndReason | 'out_of_time' | 'lost' | 'unheard';

/** What the spawner does, while its window is open. */
export interface SpawnerActivities {
  /** Runs one attempt to its end and writes everything down. An attempt that was begun once is not begun again. */
  runAttempt(input: Attempt): Promise<SpawnReport>;
}

/** What madre does for tasks; each is safe to run twice with the same input. */
export interface TaskLifecycleActivities {
  /** Ends an attempt that could not end itself, or gives the report of one that did; one that is not lost, it lets be. */
  finishAttempt(input: Attempt & { verdict: AttemptOutcome }): Promise<SpawnReport>;
  /** Ends what a cancelled task has started. */
  endDaughters(input: { spawn_id: string; by: string }): Promise<void>;
  /** Tells whoever asked to be told that the task has ended. */
  deliverCallback(input: { spawn_id: string }): Promise<void>;
}
