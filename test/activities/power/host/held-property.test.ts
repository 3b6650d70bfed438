import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAdmissions } from '../../../../activities/power/admissions.ts';
import { endWindow } from '../../../../activities/power/closing.ts';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import type { PowerHost } from '../../../../activities/power/host/host.ts';
import { observe } from '../../../../activities/power/observe.ts';
import { openWindow } from '../../../../activities/power/opening.ts';
import {
  reconcileService,
  type ReconcileDeps,
} from '../../../../activities/power/reconcile-service.ts';
import { newId } from '../../../../contracts/ids.ts';
import type { Receipt, WindowView } from '../../../../contracts/window.ts';
import { isUp } from '../../../../domain/services/settle.ts';
import { hasEnded } from '../../../../domain/windows/window.ts';
import { aWindow, iso, minute } from '../../../domain/samples.ts';
import type { FakeContainer } from '../fake-engine.ts';
import { cause, startHost } from '../one-host.ts';

const numRuns = Number(process.env.VX11_PROPERTY_RUNS ?? 25);
const services = ['db', 'web'];
const needsDb = { depends_on: { db: { condition: 'service_started' } } };
const files = { both: { db: {}, web: needsDb }, db: { db: {} }, web: { web: {} } };

type Op =
  | { do: 'open'; service: string; ttl: number; dying: boolean }
  | { do: 'close'; pick: number }
  | { do: 'time passes'; ms: number }
  | { do: 'the file changes'; project: string; file: keyof typeof files }
  | { do: 'a hand'; what: 'kill' | 'remove' | 'rename' | 'pause' | 'update'; pick: number }
  | { do: 'a hand makes one'; service: string; project: string }
  | { do: 'the Engine changes' }
  | { do: 'crash' };

const service = fc.constantFrom(...services);
const project = fc.constantFrom('shop', 'two', 'three');
const pick = fc.nat({ max: 9 });
const is = <T extends Op['do']>(name: T) => fc.constant(name);
const anyOp = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: is('open'),
      service,
      ttl: fc.integer({ min: 1, max: 20 * minute }),
      dying: fc.constantFrom(false, false, true),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: is('close'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: is('time passes'), ms: fc.nat({ max: 15 * minute }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is('the file changes'),
      project,
      file: fc.constantFrom('both', 'both', 'db', 'web'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('a hand'),
      what: fc.constantFrom('kill', 'remove', 'rename', 'pause', 'update'),
      pick,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('a hand makes one'), service, project }) },
  { weight: 1, arbitrary: fc.record({ do: is('the Engine changes') }) },
  { weight: 1, arbitrary: fc.record({ do: is('crash') }) },
) as fc.Arbitrary<Op>;

/** The containers that a window has run, observed from outside. */
interface Known {
  view: WindowView;
  /** Ids of the containers that ran while it was live, by service. */
  ran: Map<string, Set<string>>;
}

async function play(ops: readonly Op[]): Promise<void> {
  const host = await startHost(files.both);
  const { engine, time } = host;
  let power: PowerHost = host.power;
  let deps: ReconcileDeps;
  let goBack: (() => void) | null = null;
  const windows: Known[] = [];
  /** Every container that VX11 started, and whether it is on the current Engine. */
  const started = new Map<string, { container: FakeContainer; here: boolean }>();

  const begin = async (): Promise<void> => {
    deps = {
      power,
      adopt: async () => undefined,
      exits: new Map(),
      byHand: new Set<string>(),
      waitFor: () => undefined,
    };
    await adoptStack(power);
  };
  const round = async (): Promise<void> => {
    await power.leases.refresh();
    for (const observation of await observe(power)) await reconcileService(deps, observation);
  };
  const all = (): FakeContainer[] => services.flatMap((name) => engine.of(name));
  const { start } = engine;
  engine.start = async (id) => {
    const container = all().find((one) => one.id === id);
    await start(id);
    if (container === undefined) return;
    started.set(id, { container, here: true });
  };
  /** Records the running containers of each live window. */
  const watch = (): void => {
    for (const { view, ran } of windows) {
      if (hasEnded(view)) continue;
      for (const [id, { container, here }] of started) {
        if (!here || !all().includes(container) || !isUp(container.state)) continue;
        const live = power.leases.live(container.service);
        if (!live.some(({ window_id }) => window_id === view.window_id)) continue;
        ran.set(container.service, (ran.get(container.service) ?? new Set()).add(id));
      }
    }
  };
  const crash = async (): Promise<void> => {
    power = host.nextLife();
    await begin();
  };
  const open = async (name: string, ttl: number, dying: boolean): Promise<void> => {
    if (!(await power.catalog.current()).services.some((one) => one.name === name)) return;
    const requested = aWindow({
      window_id: newId('window'),
      kind: 'operator',
      target: null,
      services: [name],
      ttl_ms: ttl,
      requested_at: iso(time.now),
    });
    await host.store.windows.save(requested, []);
    const { signal } = new AbortController();
    // if the process is to die, the container runs but the start never returns
    const { start: whole } = engine;
    const died = new Promise<null>((resolve) => {
      if (!dying) return;
      engine.start = async (id) => {
        await whole(id);
        resolve(null);
        await new Promise(() => undefined);
      };
    });
    const working = openWindow(power, createAdmissions(power), requested, cause, signal);
    const outcome = await Promise.race([working, died]);
    engine.start = whole;
    if (outcome === null) await crash();
    const view = outcome?.view ?? (await host.store.windows.find(requested.window_id))!;
    windows.push({ view, ran: new Map() });
  };
  const prove = ({ view, ran }: Known, receipt: Receipt): void => {
    for (const proof of receipt.services) {
      const ids = [...(ran.get(proof.service) ?? [])];
      const named = new Map((proof.containers ?? []).map((one) => [one.id, one]));
      for (const id of ids) {
        const { container, here } = started.get(id)!;
        const one = named.get(id);
        expect(one, `${view.window_id} names ${container.name}`).toBeDefined();
        // a container that was down before its Engine was replaced is still down
        if (!here) expect(isUp(container.state) && one!.state !== 'unknown').toBe(false);
        else if (all().includes(container))
          expect(one!.state === 'running').toBe(isUp(container.state));
        else expect(one!.state).toBe('absent');
      }
      if (ids.length > 0) expect(proof.outcome).not.toBe('was_down');
      const mayRun = ids.some((id) => {
        const { container, here } = started.get(id)!;
        return isUp(container.state) && (!here || all().includes(container));
      });
      if (mayRun && proof.kept_for.length === 0) expect(receipt.residue).toContain(proof.service);
    }
  };

  const act = async (op: Op): Promise<void> => {
    switch (op.do) {
      case 'open':
        return open(op.service, op.ttl, op.dying);
      case 'close': {
        const alive = windows.filter(({ view }) => !hasEnded(view));
        const one = alive[op.pick % Math.max(1, alive.length)];
        if (one === undefined) return;
        const ending = { closed_by: 'caller', reason: null } as const;
        one.view = await endWindow(power, one.view, ending, cause);
        prove(one, one.view.receipt!);
        return;
      }
      case 'time passes':
        time.now += op.ms;
        return;
      case 'the file changes':
        await host.writeCompose(files[op.file], op.project);
        await power.catalog.current();
        return;
      case 'a hand': {
        const containers = all();
        const one = containers[op.pick % Math.max(1, containers.length)];
        if (one === undefined) return;
        if (op.what === 'kill' && isUp(one.state)) engine.crash(one);
        if (op.what === 'remove') {
          await engine.remove(one.id);
          one.state = 'dead'; // a removed container no longer runs, whichever Engine it was on
        }
        if (op.what === 'rename') one.name = `${one.name}-renamed`;
        if (op.what === 'pause' && one.state === 'running') one.state = 'paused';
        if (op.what === 'update') one.restart_policy = 'always';
        return;
      }
      case 'a hand makes one':
        engine.add(op.service, { project: op.project });
        return;
      case 'the Engine changes':
        for (const one of started.values()) one.here = !one.here;
        if (goBack === null) goBack = engine.exchange();
        else {
          goBack();
          goBack = null;
        }
        return;
      case 'crash':
        return crash();
    }
  };

  await begin();
  for (const op of ops) {
    await act(op);
    await round();
    await round();
    await power.leases.refresh();
    watch();
    for (const { container, here } of started.values()) {
      if (!here || !all().includes(container) || !isUp(container.state)) continue;
      const leases = power.leases.live(container.service);
      expect(leases.length, `${container.name} runs after ${op.do}`).toBeGreaterThan(0);
    }
    for (const name of services) {
      const mine = [...started.values()].filter(
        ({ container, here }) =>
          here && container.service === name && all().includes(container) && isUp(container.state),
      );
      expect(mine.map(({ container }) => container.name).length, `of ${name}`).toBeLessThan(2);
    }
  }
}

test(
  'no container that a lease started runs after its last lease, unless a receipt says so',
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyOp, { maxLength: 14 }), play), { numRuns });
  },
  60_000 + numRuns * 2000,
);
