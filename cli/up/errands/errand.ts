import type { StopSignal } from '../process/signals.ts';
import type { Program } from '../process/child.ts';
import type { UpSettings } from '../settings.ts';
import type { Stack } from '../stack.ts';

/** What the supervisor needs to run the stack. */
export interface Prepared {
  settings: UpSettings;
  token: string;
  /** Temporal and Redis. */
  foreign: Program[];
  /** madre and the gateway. */
  own: Program[];
}

/** The work done in short-lived processes: the input of each, the updates that it sends meanwhile, and its result. */
export interface Errands {
  /**
   * The result is whether the stack can run. Updates: the programs to run, then the compose file's stack or, in
   * `unread`, why it could not be read. `startedAt` is epoch ms, `supervisor` a process id.
   */
  start: {
    input: { repository: string; supervisor: number; startedAt: number };
    update: { prepared: Prepared } | { stack: Stack } | { unread: string };
    result: boolean;
  };
  stack: { input: UpSettings; update: never; result: Stack };
  bridge: { input: UpSettings; update: never; result: string };
  /** The result is true after Ctrl-C, if no window is left open. */
  'close-windows': {
    input: { how: StopSignal; settings: UpSettings; token: string };
    update: never;
    result: boolean;
  };
  clean: { input: { settings: UpSettings; stack: Stack | null }; update: never; result: null };
}

export type ErrandName = keyof Errands;

/** What an errand gets besides its input. */
export interface ErrandContext<Name extends ErrandName> {
  /** Prints a line for the person at the terminal. */
  say(line: string): void;
  update(update: Errands[Name]['update']): void;
  /** Aborted when the supervisor ends the errand, or is gone. */
  signal: AbortSignal;
}

export type Errand<Name extends ErrandName> = (
  input: Errands[Name]['input'],
  context: ErrandContext<Name>,
) => Promise<Errands[Name]['result']>;

/** A message from an errand to the supervisor. */
export type ErrandMessage<Name extends ErrandName> =
  | { say: string }
  | { update: Errands[Name]['update'] }
  | { done: Errands[Name]['result'] }
  | { failed: string };
