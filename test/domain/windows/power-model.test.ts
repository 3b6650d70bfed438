import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WindowView } from '../../../contracts/window.ts';
import { noon } from '../samples.ts';
import {
  Crash,
  requestFor,
  services,
  startHost,
  type InMemoryHost,
  type Time,
} from './in-memory-host.ts';

const numRuns = Number(process.env.VX11_PROPERTY_RUNS ?? 200);
const maxTtl = 60_000;

/** The dependencies of the stack, repeated by hand. */
const standsOn: Record<string, string[]> = {
  db: ['db'],
  api: ['api', 'db'],
  web: ['web', 'api', 'db'],
  batch: ['batch', 'db'],
  solo: ['solo'],
};

type Op =
  | { do: 'open'; kind: WindowView['kind']; service: string; ttl: number | null; callers: number }
  | { do: 'open, dying'; service: string; ttl: number; steps: number; away: number }
  | { do: 'extend' | 'renew'; pick: number; ms: number }
  | { do: 'close'; pick: number }
  | { do: 'close, dying'; pick: number; steps: number; away: number }
  | { do: 'release'; pick: number; nth: number }
  | { do: 'workflows wake' }
  | { do: 'time passes'; ms: number }
  | { do: 'clock is set'; by: number }
  | { do: 'crash'; away: number }
  | { do: 'someone'; stops: boolean; service: string };

const service = fc.constantFrom(...services);
// round values hit edge cases, such as an extension exactly at the deadline
const span = fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constantFrom(10_000, 20_000, 60_000));
const pick = fc.nat({ max: 20 });
const away = fc.oneof(fc.constant(0), fc.nat({ max: 40_000 }));
const is = <T extends Op['do']>(name: T) => fc.constant(name);
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: is('open'),
      kind: fc.constantFrom('target', 'target', 'operator'),
      service,
      ttl: fc.option(span, { freq: 8 }),
      callers: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is('open, dying'),
      service,
      ttl: span,
      steps: fc.nat({ max: 5 }),
      away,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('extend'), pick, ms: span }) },
  { weight: 2, arbitrary: fc.record({ do: is('renew'), pick, ms: span }) },
  { weight: 2, arbitrary: fc.record({ do: is('close'), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('close, dying'), pick, steps: fc.nat({ max: 3 }), away }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('release'), pick, nth: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: is('workflows wake') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is('time passes'),
      ms: fc.oneof(fc.nat({ max: 45_000 }), fc.constantFrom(10_000, 20_000)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('clock is set'),
      by: fc.integer({ min: -3_600_000, max: 30_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('crash'), away }) },
  { weight: 1, arbitrary: fc.record({ do: is('someone'), stops: fc.boolean(), service }) },
) as fc.Arbitrary<Op>;

/** The reference model: a window is a set of services and a deadline. */
interface ModelWindow {
  id: string;
  target: string | null;
  services: Set<string>;
  opened: number;
  deadline: number | null;
  over: boolean;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'vx11-model-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));
let runs = 0;

async function play(ops: readonly Op[]): Promise<void> {
  const url = `sqlite:${join(folder, `${(runs += 1)}.db`)}`;
  const time: Time = { wall: noon, tick: 0, noted: 0 };
  let now = noon;
  const windows: ModelWindow[] = [];
  const up = new Set<string>();
  let memoryHost: InMemoryHost = await startHost(url, time, up);

  const lives = (one: ModelWindow): boolean =>
    !one.over && (one.deadline === null || one.deadline > now);
  const running = (): string[] =>
    services.filter((name) => windows.some((one) => lives(one) && one.services.has(name)));
  const passes = (ms: number): void => {
    time.tick += ms;
    time.wall += ms;
    now = Math.max(now + ms, time.wall);
  };
  /** The process is down for a while; it keeps only what it wrote to the store. */
  const restart = async (ms: number): Promise<void> => {
    await memoryHost.end();
    time.tick += ms;
    time.wall += ms;
    now = Math.max(time.noted, time.wall);
    memoryHost = await startHost(url, time, up);
  };
  const dying = async (work: () => Promise<unknown>): Promise<boolean> =>
    work().then(
      () => false,
      (error: unknown) => {
        if (error instanceof Crash) return true;
        throw error;
      },
    );
  const viewOf = async ({ id }: ModelWindow): Promise<WindowView> =>
    (await memoryHost.store.windows.find(id))!;
  const opened = (
    view: WindowView,
    target: string | null,
    ttl: number | null,
    at: number,
  ): void => {
    const deadline = ttl === null ? null : at + Math.min(ttl, maxTtl);
    const needs = new Set(standsOn[view.services[0]!]);
    windows.push({
      id: view.window_id,
      target,
      services: needs,
      opened: at,
      deadline,
      over: false,
    });
  };
  /** A request for a target that already has a window: its deadline moves, or the window has ended. */
  const joins = async (one: ModelWindow, ttl: number | null): Promise<void> => {
    const view = await viewOf(one);
    if (ttl === null || view.mode === 'hold') return;
    const accepted = await memoryHost.renew(view, ttl);
    expect(accepted).toBe(lives(one) && one.services.size > 0);
    if (accepted) one.deadline = Math.min(now + ttl, one.opened + maxTtl);
  };

  async function act(op: Op): Promise<void> {
    const one = 'pick' in op && windows.length > 0 ? windows[op.pick % windows.length] : undefined;
    switch (op.do) {
      case 'open': {
        const target = op.kind === 'target' ? op.service : null;
        const before = windows.find(
          (other) => !other.over && target !== null && other.target === target,
        );
        const asked = Array.from({ length: target === null ? 1 : op.callers }, () =>
          requestFor(op.kind, op.service, op.ttl, maxTtl),
        );
        const answers = await Promise.all(asked.map((view) => memoryHost.request(view)));
        expect(new Set(answers.map(({ window }) => window.window_id)).size).toBe(1);
        expect(answers.filter(({ created }) => created)).toHaveLength(before === undefined ? 1 : 0);
        const { window } = answers[0]!;
        if (before !== undefined) {
          expect(window.window_id).toBe(before.id);
          return joins(before, op.ttl);
        }
        await memoryHost.open(window);
        return opened(window, target, op.ttl, now);
      }
      case 'open, dying': {
        if (windows.some((other) => !other.over && other.target === op.service)) return;
        const { window } = await memoryHost.request(
          requestFor('target', op.service, op.ttl, maxTtl),
        );
        const first = now;
        const died = await dying(() => memoryHost.open(window, op.steps));
        if (!died) return opened(window, op.service, op.ttl, first);
        await restart(op.away);
        await memoryHost.open(window);
        // after four steps the window is stored as open, and its deadline counts
        return opened(window, op.service, op.ttl, op.steps >= 4 ? first : now);
      }
      case 'extend': {
        if (one === undefined || one.deadline === null || one.over) return;
        const accepted = await memoryHost.extend(await viewOf(one), op.ms);
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
        const died = await dying(() =>
          memoryHost.close(view, 'caller', 'steps' in op ? op.steps : Infinity),
        );
        one.over = true;
        if (!died || !('away' in op)) return;
        await restart(op.away);
        return memoryHost.close(view, 'caller');
      }
      case 'release': {
        if (one === undefined || one.over) return;
        const name = [...one.services][op.nth % Math.max(1, one.services.size)];
        if (name === undefined) return;
        await memoryHost.release(await viewOf(one), name);
        one.services.delete(name);
        return;
      }
      case 'workflows wake':
        for (const each of windows.filter((other) => !other.over && !lives(other))) {
          await memoryHost.close(await viewOf(each), 'deadline');
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
        if (op.stops) up.delete(op.service);
        else up.add(op.service);
        return;
    }
  }

  try {
    for (const each of ops) {
      const lapsedBefore = new Map(
        windows.filter(({ id }) => memoryHost.lapsed.has(id)).map((one) => [one.id, one.deadline]),
      );
      const life = memoryHost;
      await act(each);
      await memoryHost.settle();
      expect(memoryHost.now()).toBe(now);
      expect([...memoryHost.up].sort()).toEqual(running().sort());
      for (const one of windows) {
        // an expired lease that was observed is not renewed, and no deadline exceeds max_ttl
        if (life === memoryHost && lapsedBefore.has(one.id))
          expect(one.deadline).toBe(lapsedBefore.get(one.id));
        const view = await viewOf(one);
        expect(view.expires_at === null ? null : Date.parse(view.expires_at)).toBe(one.deadline);
        const leases = await memoryHost.store.leases.ofWindow(one.id);
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
    expect(await memoryHost.store.audit.verify('events')).toMatchObject({ ok: true });
  } finally {
    await memoryHost.end();
  }
}

test(
  'after any sequence of requests and crashes, exactly the services of live windows run',
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyOp, { maxLength: 30 }), play), { numRuns });
  },
  60_000 + numRuns * 500,
);
