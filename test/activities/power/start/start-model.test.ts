import fc from 'fast-check';
import { expect, test } from 'vitest';
import { servicesByName } from '../../../../activities/compose/catalog.ts';
import { adoptStack } from '../../../../activities/power/adopt-stack.ts';
import { startServices } from '../../../../activities/power/start/starting.ts';
import { startOrder } from '../../../../domain/services/start-order.ts';
import { cause, startHost } from '../one-host.ts';

const numRuns = Number(process.env.VX11_PROPERTY_RUNS ?? 25);

type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';
/** What happens to a service right after its start. */
type Fate = 'runs' | 'is healthy' | 'gets unhealthy' | 'ends with 0' | 'ends with 3';

interface Spec {
  fate: Fate;
  replicas: number;
  edges: { on: number; condition: Condition; required: boolean }[];
}

const spec: fc.Arbitrary<Spec> = fc.record({
  fate: fc.constantFrom<Fate>('runs', 'is healthy', 'gets unhealthy', 'ends with 0', 'ends with 3'),
  replicas: fc.constantFrom(1, 1, 1, 1, 0),
  edges: fc.array(
    fc.record({
      on: fc.nat({ max: 8 }),
      condition: fc.constantFrom<Condition>(
        'service_started',
        'service_healthy',
        'service_completed_successfully',
      ),
      required: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

/** Whether the condition of an edge is met, by Compose's rules, once the dependency has started. */
const holds = (condition: Condition, fate: Fate): boolean =>
  condition === 'service_started' ||
  (condition === 'service_healthy' ? fate === 'is healthy' : fate === 'ends with 0');

/** Makes every job end that another service waits for, since Compose too would wait for it forever. */
const endsAll = (specs: Spec[]): Spec[] =>
  specs.map((one, n) => {
    const isAwaited = specs.some(({ edges }) =>
      edges.some(({ on, condition }) => on === n && condition === 'service_completed_successfully'),
    );
    return isAwaited && !one.fate.startsWith('ends') ? { ...one, fate: 'ends with 0' } : one;
  });

/** Edges lead only to earlier services, so that there are no cycles, and at most once to each. */
const stacks = fc.array(spec, { minLength: 2, maxLength: 7 }).map((specs) =>
  endsAll(
    specs.map((one, n) => ({
      ...one,
      edges:
        n === 0
          ? []
          : [
              ...new Map(
                one.edges.map((edge) => [edge.on % n, { ...edge, on: edge.on % n }]),
              ).values(),
            ],
    })),
  ),
);

async function play(specs: Spec[], picks: number[]): Promise<void> {
  const name = (n: number): string => `s${n}`;
  const host = await startHost(
    Object.fromEntries(
      specs.map(({ replicas, edges }, n) => [
        name(n),
        {
          scale: replicas,
          depends_on: Object.fromEntries(
            edges.map(({ on, condition, required }) => [name(on), { condition, required }]),
          ),
        },
      ]),
    ),
  );
  const { engine, power } = host;
  await adoptStack(power);
  /** The order of events: `s1 started`, `s1 settled`. */
  const story: string[] = [];
  engine.watch.subscribe(({ service, action }) => {
    if (action !== 'start') return;
    story.push(`${service} started`);
    const { fate } = specs[Number(service.slice(1))]!;
    const container = engine.of(service)[0]!;
    if (fate === 'is healthy' || fate === 'gets unhealthy') container.health = 'starting';
    if (fate.startsWith('ends')) container.state = 'running';
    setTimeout(() => {
      story.push(`${service} settled`);
      if (fate === 'is healthy') container.health = 'healthy';
      if (fate === 'gets unhealthy') container.health = 'unhealthy';
      if (fate.startsWith('ends')) {
        const exit_code = fate === 'ends with 0' ? 0 : 3;
        Object.assign(container, { state: 'exited', exit_code, finished_at: host.time.now });
      }
      engine.emit(container, 'health_status');
    }, 2);
  });
  const byName = servicesByName(power.catalog.known()!);
  const wanted = new Set(picks.map((n) => name(n % specs.length)));
  const order = startOrder([...wanted], byName);
  await host.lease(order);
  const services = order.map((one) => byName.get(one)!);
  const { signal } = new AbortController();
  const { started, failed } = await startServices(power, services, cause, signal, { wanted });
  const failures = new Map(failed.map((one) => [one.service, one.error]));

  /** An independent model of which services Compose would start. */
  const starts = new Map<string, boolean>();
  for (const one of order) {
    const { edges, replicas } = specs[Number(one.slice(1))]!;
    const goes = edges.every(({ on, condition, required }) => {
      const other = specs[on]!;
      if (!required) return true;
      return (
        starts.get(name(on)) === true && (other.replicas === 0 || holds(condition, other.fate))
      );
    });
    starts.set(one, goes);
    const hasStarted = story.includes(`${one} started`);
    expect(hasStarted, `${one} started`).toBe(goes && replicas > 0);
    if (!goes) expect(failures.get(one)).toBe('dependency_failed');
    for (const { on, condition } of edges) {
      const before = condition === 'service_started' ? 'started' : 'settled';
      const at = story.indexOf(`${name(on)} ${before}`);
      const counts = holds(condition, specs[on]!.fate);
      if (hasStarted && counts && at !== -1)
        expect(at).toBeLessThan(story.indexOf(`${one} started`));
    }
    expect(story.filter((line) => line === `${one} started`).length).toBeLessThanOrEqual(1);
  }
  for (const one of started) expect(starts.get(one)).toBe(true);
  for (const { service } of failed) expect(order).toContain(service);
}

test(
  'in any stack, services start as the conditions of their edges say, and in that order',
  async () => {
    const picks = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 });
    await fc.assert(fc.asyncProperty(stacks, picks, play), { numRuns });
  },
  60_000 + numRuns * 1000,
);
