import { MockActivityEnvironment } from '@temporalio/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { createPowerActivities } from '../../../activities/power/create-activities.ts';
import { observe } from '../../../activities/power/observe.ts';
import type { PowerActivities } from '../../../activities/power/power-activities.ts';
import type { ReconcileLoop } from '../../../activities/power/reconcile-loop.ts';
import {
  reconcileService,
  type ReconcileDeps,
} from '../../../activities/power/reconcile-service.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { isLive } from '../../../domain/windows/lease.ts';
import { extended, renewed, type DeadlineMove } from '../../../domain/windows/window.ts';
import { createClock } from '../../../platform/clock.ts';
import { noon } from '../../domain/samples.ts';
import { createFuse } from './fuse.ts';
import { cause, startHost } from './one-host.ts';
import { anyOp, maxTtl, requestFor, services, stack, needed, type Op } from './power-commands.ts';

const numRuns = Number(process.env.VX11_PROPERTY_RUNS ?? 75);
/** A loop that does nothing, since the test runs the rounds. */
const atRest: ReconcileLoop = {
  start: async () => undefined,
  nudge: () => undefined,
  replan: () => undefined,
  stop: async () => undefined,
  engineAway: () => false,
};

/** The model of a window: a set of services and a deadline. */
interface ModelWindow {
  id: string;
  target: string | null;
  services: Set<string>;
  opened: number;
  deadline: number | null;
  over: boolean;
}

async function play(ops: readonly Op[]): Promise<void> {
  const time = { wall: noon, tick: 0 };
  let now = noon;
  const newClock = (floor: number) =>
    createClock(
      floor,
      () => time.wall,
      () => time.tick,
    );
  let clock = newClock(0);
  const host = await startHost(stack, { clock: () => clock() });
  const { engine, store } = host;
  const windows: ModelWindow[] = [];
  /** Windows whose leases this process has seen expired. */
  let lapsed = new Set<string>();
  let fuse = createFuse();
  let power = host.power;
  let activities: PowerActivities;
  let deps: ReconcileDeps;
  /** Services that keep exiting, with the earliest time of their next start. Epoch ms. */
  let waits = new Map<string, number>();

  const begin = async (): Promise<void> => {
    lapsed = new Set();
    waits = new Map();
    fuse = createFuse();
    const life = host.nextLife(fuse.cutting(store));
    power = { ...life, engine: fuse.cutting(life.engine) };
    activities = createPowerActivities(power, atRest);
    deps = {
      power,
      adopt: async () => undefined,
      exits: new Map(),
      byHand: new Set(),
      waitFor: (name, at) => void waits.set(name, at),
    };
    await adoptStack(power);
  };
  const run = <I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O> =>
    new MockActivityEnvironment().run(activity, input);
  const move = async ({ view, deadline }: DeadlineMove): Promise<boolean> =>
    run(activities.moveDeadline, { view, clamped: deadline.clamped, ...cause });
  const close = (view: WindowView, closed_by: 'caller' | 'deadline') =>
    run(activities.closeServices, { view, closed_by, reason: null, ...cause });
  /** Runs two rounds of the reconcile loop, since the first may leave work for the second. */
  const reconcile = async (): Promise<void> => {
    for (let round = 0; round < 2; round += 1) {
      await power.leases.refresh();
      for (const observation of await observe(power)) await reconcileService(deps, observation);
    }
    for (const lease of await store.leases.ofHost('host-a'))
      if (!isLive(lease, clock())) lapsed.add(lease.window_id);
    for (const [name, at] of waits) if (at <= now) waits.delete(name);
  };
  const up = (): string[] =>
    services.filter((name) => engine.of(name).some(({ state }) => isUp(state)));

  const lives = (one: ModelWindow): boolean =>
    !one.over && (one.deadline === null || one.deadline > now);
  const running = (): string[] =>
    services.filter((name) => windows.some((one) => lives(one) && one.services.has(name)));
  const passes = (ms: number): void => {
    time.tick += ms;
    time.wall += ms;
    now = Math.max(now + ms, time.wall);
  };
  /** Restarts the process after a pause; only stored state survives. */
  const restart = async (ms: number): Promise<void> => {
    const [last] = await store.events.after((await store.events.newest()) - 1, 1);
    const noted = last === undefined ? 0 : Date.parse(last.at);
    time.tick += ms;
    time.wall += ms;
    now = Math.max(noted, time.wall);
    clock = newClock(noted);
    await begin();
  };
  const viewOf = async ({ id }: ModelWindow): Promise<WindowView> =>
    (await store.windows.find(id))!;
  const opened = (
    view: WindowView,
    target: string | null,
    ttl: number | null,
    at: number,
  ): void => {
    const deadline = ttl === null ? null : at + Math.min(ttl, maxTtl);
    windows.push({
      id: view.window_id,
      target,
      services: new Set(needed[view.services[0]!]),
      opened: at,
      deadline,
      over: false,
    });
  };
  /** A request for a target that has a window: moves its deadline, unless the window is over. */
  const joins = async (one: ModelWindow, ttl: number | null): Promise<void> => {
    const view = await viewOf(one);
    if (ttl === null || view.mode === 'hold') return;
    const accepted = await move(renewed(view, ttl, clock()));
    expect(accepted).toBe(lives(one) && one.services.size > 0);
    if (accepted) one.deadline = Math.min(now + ttl, one.opened + maxTtl);
  };

  async function act(op: Op): Promise<void> {
    // an exit in the same millisecond as a request would count as a job of that request
    if (op.do.startsWith('open')) passes(1);
    const one = 'pick' in op && windows.length > 0 ? windows[op.pick % windows.length] : undefined;
    switch (op.do) {
      case 'open': {
        const target = op.kind === 'target' ? op.service : null;
        const before = windows.find(
          (other) => !other.over && target !== null && other.target === target,
        );
        const asked = Array.from({ length: target === null ? 1 : op.callers }, () =>
          requestFor(op.kind, op.service, op.ttl, now),
        );
        const answers = await Promise.all(asked.map((view) => store.windows.request(view, [])));
        expect(new Set(answers.map(({ window }) => window.window_id)).size).toBe(1);
        expect(answers.filter(({ created }) => created)).toHaveLength(before === undefined ? 1 : 0);
        const { window } = answers[0]!;
        if (before !== undefined) {
          expect(window.window_id).toBe(before.id);
          return joins(before, op.ttl);
        }
        await run(activities.openServices, { view: window, ...cause });
        return opened(window, target, op.ttl, now);
      }
      case 'open, dying': {
        if (windows.some((other) => !other.over && other.target === op.service)) return;
        const asked = requestFor('target', op.service, op.ttl, now);
        const { window } = await store.windows.request(asked, []);
        const first = now;
        const open = () => run(activities.openServices, { view: window, ...cause });
        if (!(await fuse.dies(op.steps, open))) return opened(window, op.service, op.ttl, first);
        // its deadline counts from the moment at which it is stored as open
        const wasOpen = (await store.windows.find(window.window_id))!.state === 'open';
        await restart(op.away);
        await open();
        return opened(window, op.service, op.ttl, wasOpen ? first : now);
      }
      case 'extend': {
        if (one === undefined || one.deadline === null || one.over) return;
        const accepted = await move(extended(await viewOf(one), op.ms));
        expect(accepted).toBe(lives(one) && one.services.size > 0);
        if (accepted) one.deadline = Math.min(one.deadline + op.ms, one.opened + maxTtl);
        return;
      }
      case 'renew':
        return one === undefined || one.over ? undefined : joins(one, op.ms);
      case 'close':
      case 'close, dying': {
        if (one === undefined) return;
        const view = await viewOf(one);
        const steps = 'steps' in op ? op.steps : Infinity;
        const died = await fuse.dies(steps, () => close(view, 'caller'));
        one.over = true;
        if (!died || !('away' in op)) return;
        await restart(op.away);
        await close(view, 'caller');
        return;
      }
      case 'release': {
        if (one === undefined || one.over) return;
        const name = [...one.services][op.nth % Math.max(1, one.services.size)];
        if (name === undefined) return;
        await run(activities.releaseFromWindow, {
          view: await viewOf(one),
          service: name,
          ...cause,
        });
        one.services.delete(name);
        return;
      }
      case 'workflows wake':
        for (const each of windows.filter((other) => !other.over && !lives(other))) {
          await close(await viewOf(each), 'deadline');
          each.over = true;
        }
        return;
      case 'time passes':
        return passes(op.ms);
      case 'clock is set':
        time.wall += op.by;
        now = Math.max(now, time.wall);
        return;
      case 'crash':
        return restart(op.away);
      case 'someone':
        return byHand(op.what, op.service);
    }
  }

  const byHand = async (what: 'starts' | 'kills' | 'removes', name: string): Promise<void> => {
    if (what === 'starts') return void engine.put(name, { state: 'running', pid: 1 });
    for (const one of engine.of(name)) {
      if (what === 'removes') await engine.remove(one.id);
      else if (isUp(one.state)) engine.crash(one);
    }
  };

  try {
    await begin();
    for (const each of ops) {
      const lapsedBefore = new Map(
        windows.filter(({ id }) => lapsed.has(id)).map((one) => [one.id, one.deadline]),
      );
      const life: unknown = power;
      await act(each);
      await reconcile();
      expect(clock()).toBe(now);
      // services that keep exiting are restarted later
      const late = new Set(waits.keys());
      const missing = running().filter((name) => !up().includes(name));
      expect(missing.filter((name) => !late.has(name))).toEqual([]);
      expect(up().filter((name) => !running().includes(name))).toEqual([]);
      for (const one of windows) {
        // expired leases are not revived, and no deadline exceeds max_ttl
        if (life === power && lapsedBefore.has(one.id))
          expect(one.deadline).toBe(lapsedBefore.get(one.id));
        const view = await viewOf(one);
        expect(view.expires_at === null ? null : Date.parse(view.expires_at)).toBe(one.deadline);
        const leases = await store.leases.ofWindow(one.id);
        expect(leases.map(({ service: name }) => name).sort()).toEqual(
          one.over ? [] : [...one.services].sort(),
        );
        for (const { deadline } of leases) {
          expect(deadline).toBe(one.deadline);
          if (deadline !== null)
            expect(deadline).toBeLessThanOrEqual(Date.parse(view.opened_at!) + maxTtl);
        }
      }
    }
    expect(await store.audit.verify('events')).toMatchObject({ ok: true });
  } finally {
    await host.end();
  }
}

test(
  'after any sequence of requests and crashes, exactly the services of live windows run',
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyOp, { maxLength: 30 }), play), { numRuns });
  },
  60_000 + numRuns * 500,
);
