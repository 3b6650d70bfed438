import type { StopSignal } from '../process/signals.ts';
import type { Program } from '../process/child.ts';
import type { UpSettings } from '../settings.ts';
import type { Stack } from '../stack.ts';

/** What the supervisor keeps of its start, once everything is known that it runs on. */
export interface Prepared {
  settings: UpSettings;
  token: string;
  /** Temporal and Redis. */
  foreign: Program[];
  /** madre and the gateway. */
  own: Program[];
}

/** What is done in short-lived processes: what each is told, what it tells on its way, and what it ends with. */
export interface Errands {
  /** Ends with whether the stack may run; what it runs on, and of the compose file or why it has none, come before. */
  start: {
    input: { repository: string; supervisor: number; startedAt: number };
    news: { prepared: Prepared } | { stack: Stack } | { unread: string };
    result: boolean;
  };
  stack: { input: UpSettings; news: never; result: Stack };
  bridge: { input: UpSettings; news: never; result: string };
  /** Ends with whether this was Ctrl-C and no window is left. */
  'close-windows': {
    input: { how: StopSignal; settings: UpSettings; token: string };
    news: never;
    result: boolean;
  };
  clean: { input: { settings: UpSettings; stack: Stack | null }; news: never; result: null };
}

export type ErrandName = keyof Errands;

/** What an errand has beside its input. */
export interface Way<Name extends ErrandName> {
  /** A line for the person at the terminal. */
  say(line: string): void;
  tell(news: Errands[Name]['news']): void;
  /** Aborts when the supervisor wants it no more, or is gone. */
  signal: AbortSignal;
}

export type Errand<Name extends ErrandName> = (
  input: Errands[Name]['input'],
  way: Way<Name>,
) => Promise<Errands[Name]['result']>;

/** What goes over the channel from an errand to the supervisor. */
export type Word<Name extends ErrandName> =
  | { say: string }
  | { news: Errands[Name]['news'] }
  | { done: Errands[Name]['result'] }
  | { failed: string };
