import { constants } from 'node:os';

const caught = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const pollMs = 250;

/** A signal, or the death of npm, interrupted the current work. */
export class Ended extends Error {
  constructor(signal) {
    super(`ended by ${signal}`);
    this.exitCode = 128 + (constants.signals[signal] ?? 0);
  }
}

/** Receives the next signal; undefined while nothing is running that must end first. */
let receiver;
let first;
let handling = false;

/**
 * Starts to handle signals: a signal goes to the program that is running, or else ends this process. If npm is killed
 * (kill -9), that counts as SIGTERM. Another parent may exit on purpose, as a shell does after nohup.
 */
export function handleSignals() {
  if (handling) return;
  handling = true;
  const pass = (signal) => {
    first ??= signal;
    if (receiver) receiver(signal);
    else process.exit(new Ended(signal).exitCode);
  };
  for (const signal of caught) process.on(signal, () => pass(signal));
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    pass('SIGTERM');
  }, pollMs);
  timer.unref();
}

/** Sends signals to `kill` until `work` is settled. Throws `Ended` if a signal came, whatever the outcome of `work`. */
export async function endingWith(kill, work) {
  receiver = kill;
  try {
    return await work;
  } finally {
    receiver = undefined;
    // oxlint-disable-next-line no-unsafe-finally -- the error of an interrupted program is not a failure of its own
    if (first) throw new Ended(first);
  }
}

/** The same for a program that handles signals itself and decides how it ends. */
export async function passingTo(kill, work) {
  receiver = kill;
  return work.finally(() => (receiver = undefined));
}
