import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import { until } from '../../stack/wait.ts';
import { allWindows, lookInStore } from '../../stack/promises.ts';
import type { RandomChoice } from './random.ts';
import { attempt, ended, insist, openTarget, type Outcome } from '../../stack/calls.ts';
import { type Fixture } from './fixture.ts';

/** A client's action during which a process is killed. */
export interface Act {
  name: string;
  /** The kill happens within this range after the start of the call. */
  spanMs: [number, number];
  begin(fixture: Fixture, round: Round): Promise<Begun>;
}

export interface Round {
  random: RandomChoice;
  /** Unique per round; the `reason` of the windows that it opens. */
  mark: string;
  target: string;
  others: string[];
  /** Whether the Engine is the killed process. */
  engineDied: boolean;
}

export interface Begun {
  /** The call during which the kill happens. */
  call: Promise<Outcome>;
  /** Repeats the call if it got no response, and asserts the result. */
  finish(outcome: Outcome): Promise<void>;
}

const silent: Outcome = null;
const isDone = (outcome: Outcome): outcome is NonNullable<Outcome> =>
  outcome !== null && outcome.status < 300;

async function find(fixture: Fixture, id: string): Promise<WindowView | undefined> {
  const all = await lookInStore(fixture, allWindows);
  return all.find(({ window_id }) => window_id === id);
}

/** Repeats a call with its key until it has a response: the claim of a dead process expires after some seconds. */
const repeat = (
  fixture: Fixture,
  path: string,
  body: object,
  headers: { 'idempotency-key': string },
): Promise<NonNullable<Outcome>> =>
  until(`the repeat of ${path} is answered`, async () => {
    const outcome = await attempt(fixture, path, body, headers);
    const open = outcome?.status === 503 || outcome?.body.error === 'request_in_flight';
    if (outcome !== null && !open) return outcome;
    await sleep(200); // more frequent calls would hit the rate limit
    return false;
  });

/** Waits until a window that was answered with 202 is open or has ended. */
async function comesUp(fixture: Fixture, id: string): Promise<WindowView> {
  const view = await until(`${id} is up`, async () => {
    const now = await find(fixture, id);
    return now !== undefined && ['open', 'closed', 'failed'].includes(now.state) && now;
  });
  return view;
}

const open: Act = {
  name: 'open',
  spanMs: [0, 500],
  begin: (fixture, { target, mark, engineDied }) => {
    const body = { target, ttl_seconds: 15, reason: mark };
    return Promise.resolve({
      call: attempt(fixture, '/vx11/window/open', body),
      async finish(outcome) {
        const answer = isDone(outcome) ? outcome : await insist(fixture, '/vx11/window/open', body);
        expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
        if (isDone(outcome)) expect(answer.body.window_id).toBe(outcome.body.window_id);
        const view = await comesUp(fixture, answer.body.window_id);
        if (view.state === 'failed' && engineDied) {
          // an Engine that died during a start may lose the health checks of that container: the window reports it
          console.log(`a reported failure: ${JSON.stringify(view.services_failed)}`);
          expect((await openTarget(fixture, target, 15)).body).toMatchObject({ is_open: true });
        } else expect(view.services_started, JSON.stringify(view)).toContain(target);
      },
    });
  },
};

const hold: Act = {
  name: 'hold',
  spanMs: [0, 600],
  begin: (fixture, { target, others, mark }) => {
    const path = '/operator/power/window/open';
    const body = { services: [target, ...others], mode: 'hold', reason: mark };
    const headers = { 'idempotency-key': mark };
    return Promise.resolve({
      call: attempt(fixture, path, body, headers),
      async finish(first) {
        const answer = isDone(first) ? first : await repeat(fixture, path, body, headers);
        const mine = await lookInStore(fixture, async (store) =>
          (await allWindows(store)).filter(({ reason }) => reason === mark),
        );
        expect(mine.filter(({ state }) => state !== 'failed').length).toBeLessThanOrEqual(1);
        const id = (answer.body.window_id as string | undefined) ?? mine[0]?.window_id;
        if (id === undefined) return;
        const view = await until(`${id} is open or has failed`, async () => {
          const now = await find(fixture, id);
          return (now?.state === 'open' || now?.state === 'failed') && now;
        });
        if (view.state === 'open') {
          await insist(fixture, '/operator/power/window/close', { window_id: id });
          expect((await ended(fixture, id)).receipt).toMatchObject({ residue: [] });
        }
      },
    });
  },
};

const extend: Act = {
  name: 'extend',
  spanMs: [0, 120],
  begin: async (fixture, { target, mark }) => {
    const { body: opened } = await openTarget(fixture, target, 20);
    // if the window was already open, this call renewed it
    const before = (await find(fixture, opened.window_id))!.extensions;
    const path = '/vx11/window/extend';
    const body = { window_id: opened.window_id, seconds: 3 };
    const headers = { 'idempotency-key': mark };
    return {
      call: attempt(fixture, path, body, headers),
      async finish(first) {
        const answer = isDone(first) ? first : await repeat(fixture, path, body, headers);
        if (answer.status === 409) return; // it ended while the process was dead
        const view = await find(fixture, opened.window_id);
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
  begin: async (fixture, { target }) => {
    const { body: opened } = await openTarget(fixture, target, 30);
    const body = { window_id: opened.window_id };
    return {
      call: attempt(fixture, '/vx11/window/close', body),
      async finish(first) {
        const answer = isDone(first) ? first : await insist(fixture, '/vx11/window/close', body);
        expect(answer.body).toMatchObject({ closed: true, receipt: { residue: [] } });
      },
    };
  },
};

const expiry: Act = {
  name: 'expiry',
  spanMs: [1200, 2300],
  begin: async (fixture, { target }) => {
    const { body } = await openTarget(fixture, target, 2);
    expect(body, JSON.stringify(body)).toMatchObject({ is_open: true });
    return {
      call: Promise.resolve(silent),
      async finish() {
        const view = await ended(fixture, body.window_id);
        expect(view.receipt).toMatchObject({ residue: [] });
      },
    };
  },
};

export const acts: Act[] = [open, hold, extend, close, expiry];
