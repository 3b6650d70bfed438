import { constants } from 'node:os';

const caught = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const lookMs = 250;

/** A signal, or the death of npm, ended what was under way. */
export class Ended extends Error {
  constructor(signal) {
    super(`ended by ${signal}`);
    this.exitCode = 128 + (constants.signals[signal] ?? 0);
  }
}

/** What the next signal goes to; undefined while nothing runs that would have to end first. */
let receiver;
let first;
let heeding = false;

/**
 * From now on a signal to this process goes to what runs in its place, or ends this one. npm that dies without a word
 * (kill -9) counts as SIGTERM; any other parent may leave us behind on purpose, as nohup does.
 */
export function heedSignals() {
  if (heeding) return;
  heeding = true;
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
  }, lookMs);
  timer.unref();
}

/** Sends signals to `kill` until `work` has settled; throws `Ended` where one came, whatever `work` made of it. */
export async function endingWith(kill, work) {
  receiver = kill;
  try {
    return await work;
  } finally {
    receiver = undefined;
    // oxlint-disable-next-line no-unsafe-finally -- what an ended program said is no failure of its own
    if (first) throw new Ended(first);
  }
}

/** The same for a program that takes signals itself: how it ends is its own business. */
export async function passingTo(kill, work) {
  receiver = kill;
  return work.finally(() => (receiver = undefined));
}
