import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import { until } from '../../stack/wait.ts';
import { allWindows, lookInStore } from '../../stack/promises.ts';
import type { RandomChoice } from './random.ts';
import { attempt, ended, insist, openTarget, type Outcome } from '../../stack/calls.ts';
import { type Stage } from './fixture.ts';

/** Something that clients do while a process is killed. */
export interface Act {
  name: string;
  /** The kill comes within this time of the call. */
  spanMs: [number, number];
  begin(stage: Stage, round: Round): Promise<Begun>;
}

export interface Round {
  random: RandomChoice;
  /** Unique to this round: the `reason` of what it opens. */
  mark: string;
  target: string;
  others: string[];
  /** It is the Engine that is killed. */
  engineDied: boolean;
}

export interface Begun {
  /** The call that the kill hits. */
  call: Promise<Outcome>;
  /** Repeats the call where it got no answer, and asserts what came of it. */
  finish(outcome: Outcome): Promise<void>;
}

const silent: Outcome = null;
const isDone = (outcome: Outcome): outcome is NonNullable<Outcome> =>
  outcome !== null && outcome.status < 300;

async function find(stage: Stage, id: string): Promise<WindowView | undefined> {
  const all = await lookInStore(stage, allWindows);
  return all.find(({ window_id }) => window_id === id);
}

/** Repeats a call that has a key until it is decided: who answered it before may be known to be dead in some seconds. */
const repeat = (
  stage: Stage,
  path: string,
  body: object,
  headers: { 'idempotency-key': string },
): Promise<NonNullable<Outcome>> =>
  until(`the repeat of ${path} is answered`, async () => {
    const outcome = await attempt(stage, path, body, headers);
    const open = outcome?.status === 503 || outcome?.body.error === 'request_in_flight';
    if (outcome !== null && !open) return outcome;
    await sleep(200); // more would meet the rate limit
    return false;
  });

/** Waits until a window that was answered with 202 is up, or has failed. */
async function comesUp(stage: Stage, id: string): Promise<WindowView> {
  const view = await until(`${id} is up`, async () => {
    const now = await find(stage, id);
    return now !== undefined && ['open', 'closed', 'failed'].includes(now.state) && now;
  });
  return view;
}

const open: Act = {
  name: 'open',
  spanMs: [0, 500],
  begin: (stage, { target, mark, engineDied }) => {
    const body = { target, ttl_seconds: 15, reason: mark };
    return Promise.resolve({
      call: attempt(stage, '/vx11/window/open', body),
      async finish(outcome) {
        const answer = isDone(outcome) ? outcome : await insist(stage, '/vx11/window/open', body);
        expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
        if (isDone(outcome)) expect(answer.body.window_id).toBe(outcome.body.window_id);
        const view = await comesUp(stage, answer.body.window_id);
        if (view.state === 'failed' && engineDied) {
          // an Engine that died in a start may forget the health checks of that container: the window says so
          console.log(`an honest failure: ${JSON.stringify(view.services_failed)}`);
          expect((await openTarget(stage, target, 15)).body).toMatchObject({ is_open: true });
        } else expect(view.services_started, JSON.stringify(view)).toContain(target);
      },
    });
  },
};

const hold: Act = {
  name: 'hold',
  spanMs: [0, 600],
  begin: (stage, { target, others, mark }) => {
    const path = '/operator/power/window/open';
    const body = { services: [target, ...others], mode: 'hold', reason: mark };
    const headers = { 'idempotency-key': mark };
    return Promise.resolve({
      call: attempt(stage, path, body, headers),
      async finish(first) {
        const answer = isDone(first) ? first : await repeat(stage, path, body, headers);
        const mine = await lookInStore(stage, async (store) =>
          (await allWindows(store)).filter(({ reason }) => reason === mark),
        );
        expect(mine.filter(({ state }) => state !== 'failed').length).toBeLessThanOrEqual(1);
        const id = (answer.body.window_id as string | undefined) ?? mine[0]?.window_id;
        if (id === undefined) return;
        const view = await until(`${id} is open or has failed`, async () => {
          const now = await find(stage, id);
          return (now?.state === 'open' || now?.state === 'failed') && now;
        });
        if (view.state === 'open') {
          await insist(stage, '/operator/power/window/close', { window_id: id });
          expect((await ended(stage, id)).receipt).toMatchObject({ residue: [] });
        }
      },
    });
  },
};

const extend: Act = {
  name: 'extend',
  spanMs: [0, 120],
  begin: async (stage, { target, mark }) => {
    const { body: opened } = await openTarget(stage, target, 20);
    // a window that was open already was renewed by that
    const before = (await find(stage, opened.window_id))!.extensions;
    const path = '/vx11/window/extend';
    const body = { window_id: opened.window_id, seconds: 3 };
    const headers = { 'idempotency-key': mark };
    return {
      call: attempt(stage, path, body, headers),
      async finish(first) {
        const answer = isDone(first) ? first : await repeat(stage, path, body, headers);
        if (answer.status === 409) return; // it ended while the process was away
        const view = await find(stage, opened.window_id);
        const promised = Date.parse(opened.expires_at) + 3000;
        expect(Date.parse(answer.body.expires_at)).toBe(promised);
        expect(view).toMatchObject({
          extensions: before + 1,
          expires_at: answer.body.expires_at as string,
        });
      },
    };
  },
};

const close: Act = {
  name: 'close',
  spanMs: [0, 250],
  begin: async (stage, { target }) => {
    const { body: opened } = await openTarget(stage, target, 30);
    const body = { window_id: opened.window_id };
    return {
      call: attempt(stage, '/vx11/window/close', body),
      async finish(first) {
        const answer = isDone(first) ? first : await insist(stage, '/vx11/window/close', body);
        expect(answer.body).toMatchObject({ closed: true, receipt: { residue: [] } });
      },
    };
  },
};

const expiry: Act = {
  name: 'expiry',
  spanMs: [1200, 2300],
  begin: async (stage, { target }) => {
    const { body } = await openTarget(stage, target, 2);
    expect(body, JSON.stringify(body)).toMatchObject({ is_open: true });
    return {
      call: Promise.resolve(silent),
      async finish() {
        const view = await ended(stage, body.window_id);
        expect(view.receipt).toMatchObject({ residue: [] });
      },
    };
  },
};

export const acts: Act[] = [open, hold, extend, close, expiry];
