import { setTimeout as sleep } from 'node:timers/promises';
import {
  stateVariable,
  type FromSupervisor,
  type ToSupervisor,
} from '../../../platform/supervisor/messages.ts';
import type { Child, Talk } from '../process/child.ts';
import { accepts } from '../readiness.ts';
import type { Address } from './relay.ts';

/** How long a process may take to end before it is killed, in ms. */
const graceMs = { temporal: 3_000, own: 10_000 };
/** How long a start of Temporal may take until those who wait get an answer. */
const startMs = 10_000;
const pollMs = 20;
/** How soon a Temporal that answers nothing is started again a second time: it may only be slow. */
const againMs = 300_000;

/**
 * Puts Temporal to sleep while nothing needs it, and wakes it for the first process that does. Starts it again if it runs and
 * answers nothing.
 */
export interface TemporalSleeper extends Talk {
  /** To be called once, when the start is over; `foreign` holds Temporal. It never sleeps before. */
  attach(children: { foreign: Child[]; own: Child[] }): void;
  /** Ends it: what is stopped from now on stays so. */
  end(): void;
}

/**
 * @param afterMs for how long nothing may have needed Temporal before it sleeps; null if it never does
 * @param say prints a line for the person at the terminal
 */
export function createTemporalSleeper(
  { address, afterMs }: { address: Address; afterMs: number | null },
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): TemporalSleeper {
  let temporal: Child | undefined;
  let own: Child[] = [];
  let asleep = false;
  let ended = false;
  let neededAt = now();
  let startedAgainAt: number | null = null;
  /** The change in progress. A second one waits for it. */
  let changing: Promise<void> = Promise.resolve();
  let isChanging = false;

  const tell = (message: FromSupervisor): void => {
    for (const child of own) child.send(message);
  };
  const change = (work: () => Promise<void>): Promise<void> => {
    changing = changing.then(async () => {
      isChanging = true;
      try {
        await work();
      } catch (error) {
        // the next change has to find its turn
        const why = error instanceof Error ? error.message : String(error);
        say(`Temporal could not be put to sleep or started: ${why}. The next need tries it again.`);
      } finally {
        isChanging = false;
      }
    });
    return changing;
  };
  const isUp = async (): Promise<boolean> => {
    const until = now() + startMs;
    for (;;) {
      if (await accepts(address)) return true;
      if (ended || now() > until) return false;
      await sleep(pollMs);
    }
  };

  const fallAsleep = async (): Promise<void> => {
    const madre = own.find(({ name }) => name === 'madre');
    if (temporal === undefined || madre === undefined || afterMs === null) return;
    if (ended || asleep || now() - neededAt < afterMs) return;
    asleep = true;
    // a process that has loaded Temporal's native part gives its memory back only by its end
    await madre.pause(graceMs.own);
    if (ended) return;
    // meanwhile somebody may have asked for it
    asleep = now() - neededAt >= afterMs;
    madre.resume();
    if (!asleep) return;
    await temporal.pause(graceMs.temporal);
    tell({ temporal: 'asleep' });
    say(
      'Temporal sleeps now: no window, task, plan, run or schedule needs it. The next one wakes it.',
    );
  };

  const startAgain = async (): Promise<void> => {
    if (ended || asleep || temporal === undefined) return;
    if (startedAgainAt !== null && now() - startedAgainAt < againMs) return;
    startedAgainAt = now();
    say(
      'Temporal has answered nothing for a minute, and is started again. Windows end on time meanwhile.',
    );
    await temporal.pause(graceMs.temporal);
    if (ended) return;
    temporal.resume();
    await isUp();
  };

  const wake = async (): Promise<boolean> => {
    await change(async () => {
      if (ended || !asleep) return;
      temporal?.resume();
      asleep = false;
      tell({ temporal: 'waking' });
      const up = await isUp();
      // madre tries again until it has a connection
      tell({ temporal: 'awake' });
      if (up) say('Temporal is awake again');
    });
    return isUp();
  };

  return {
    env: () => ({ [stateVariable]: `${asleep ? 'asleep' : 'awake'} ${afterMs ?? 'never'}` }),
    onMessage(from, sent) {
      const message = sent as ToSupervisor;
      if ('restart' in message) {
        if (!ended) void from.pause(graceMs.own).then(() => !ended && from.resume());
      } else if (message.temporal === 'needed') {
        neededAt = now();
        const answer = (up: boolean): void =>
          from.send({ temporal: 'answer', id: message.id, up } satisfies FromSupervisor);
        if (asleep || isChanging) void wake().then(answer);
        else answer(true);
      } else if (message.temporal === 'unused') {
        if (!asleep && !isChanging) void change(fallAsleep);
      } else if (message.temporal === 'unwell') {
        if (!asleep && !isChanging) void change(startAgain);
      }
    },
    attach(children) {
      neededAt = now();
      own = children.own;
      temporal = children.foreign.find(({ name }) => name === 'temporal');
    },
    end: () => void (ended = true),
  };
}
