/** What a process says to its supervisor about Temporal, and what it hears. */
export type ToSupervisor =
  /** It is about to write to Temporal: start it if it sleeps, and answer once it accepts connections. */
  | { temporal: 'needed'; id: number }
  /** Nothing has needed Temporal for as long as it takes until it sleeps. Only madre knows. */
  | { temporal: 'unused' }
  /** Temporal runs, and has answered nothing for a minute: start it again. */
  | { temporal: 'unwell' }
  /** It holds memory of a busier time, and serves nobody now: start it again. */
  | { restart: true };

export type FromSupervisor =
  /** The answer to `needed`: whether Temporal accepts connections. */
  | { temporal: 'answer'; id: number; up: boolean }
  /** It was started, and accepts no connection yet. */
  | { temporal: 'waking' }
  | { temporal: 'awake' }
  | { temporal: 'asleep' };

/**
 * For a process that starts: `asleep` or `awake`, and after how many ms Temporal sleeps, or `never`. Unset if the supervisor
 * does not run Temporal.
 */
export const stateVariable = 'VX11_TEMPORAL_STATE';
