import type { EndReason, TaskState } from '../../contracts/task.ts';

/** Identifies an attempt of a task. Everything else stays in the store and never enters a workflow's history. */
export interface Attempt {
  spawn_id: string;
  /** The first is 1. */
  attempt: number;
}

/** The state of a task after an attempt. */
export interface TaskReport {
  state: TaskState;
  ended: boolean;
  /** How long to wait before the next attempt, in ms, if the task has not ended. */
  pause_ms: number;
  /** Request the same attempt again: it has not started, or its spawner still runs it. */
  again?: true;
}

/**
 * Why an attempt is ended from outside, besides a requested end: it ran out of time, its process is gone (`lost`), or
 * its process sent no heartbeat (`unheard`).
 */
export type AttemptOutcome = EndReason | 'out_of_time' | 'lost' | 'unheard';

/** The spawner's activities, available while its window is open. */
export interface SpawnerActivities {
  /** Runs one attempt to its end and records everything. An attempt never starts twice. */
  runAttempt(input: Attempt): Promise<TaskReport>;
}

/** madre's activities for tasks; each is safe to run twice with the same input. */
export interface TaskLifecycleActivities {
  /** Ends an attempt that could not end itself, or returns the report of one that did. Leaves one that is still held. */
  finishAttempt(input: Attempt & { verdict: AttemptOutcome }): Promise<TaskReport>;
  /** Ends the tasks that a cancelled task has started. */
  endDaughters(input: { spawn_id: string; by: string }): Promise<void>;
  /** Posts the task's end to its callback URL. */
  deliverCallback(input: { spawn_id: string }): Promise<void>;
}
