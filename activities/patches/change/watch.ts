import { isUp } from '../../../domain/services/settle.ts';
import { pause } from '../../../platform/concurrency/pause.ts';
import type { CatalogService } from '../../../contracts/service.ts';
import { atHome, containersOf } from '../../power/host/containers.ts';
import type { PowerHost } from '../../power/host/host.ts';
import { allReady } from '../../power/start/readiness.ts';
import type { ChangeHost, Watched } from './host.ts';

const lookMs = 500;

type Change = Parameters<ChangeHost['watch']>[0];

/** Waits until the changed services that a window holds are ready, and watches them and their neighbours. */
export async function watchChange(
  power: PowerHost,
  { services: names, watch_seconds, before }: Change,
  signal: AbortSignal,
  containers: ChangeHost['containers'],
): Promise<Watched> {
  await power.leases.refresh();
  const { services } = await power.catalog.current();
  const held = services.filter(
    ({ name, one_shot }) =>
      names.includes(name) && power.leases.live(name).length > 0 && one_shot !== true,
  );
  const watched = held.map(({ name }) => name);
  const end = (trouble: string | null): Watched => ({ trouble, services: watched });
  for (const service of held) {
    const trouble = await ready(power, service, signal);
    if (trouble !== null) return end(trouble);
  }
  const first = await startsOf(power, held);
  const until = performance.now() + (held.length === 0 ? 0 : watch_seconds * 1000);
  while (performance.now() < until) {
    await pause(Math.min(lookMs, until - performance.now()), signal);
    signal.throwIfAborted();
    const trouble = await troubleIn(power, held, first);
    if (trouble !== null) return end(trouble);
  }
  return end(before === null ? null : troubleBeside(names, before, await containers([])));
}

async function ready(
  power: PowerHost,
  service: CatalogService,
  signal: AbortSignal,
): Promise<string | null> {
  const { name } = service;
  const own = atHome(power, name, await containersOf(power, name));
  if (own.length === 0) return isHeld(power, name) ? `${name} has no container` : null;
  const result = await allReady(power, service, own, { goal: 'ready', signal });
  return result.ready || !isHeld(power, name) ? null : `${name}: ${result.failure.detail}`;
}

/** A window that ends in between takes its services down, and that is no fault of the patch. */
const isHeld = (power: PowerHost, name: string): boolean => power.leases.live(name).length > 0;

/** When each container started. */
async function startsOf(
  power: PowerHost,
  held: readonly CatalogService[],
): Promise<Map<string, number | null>> {
  const starts = new Map<string, number | null>();
  for (const { name } of held)
    for (const { id } of atHome(power, name, await containersOf(power, name)))
      starts.set(id, (await power.engine.inspect(id))?.started_at ?? null);
  return starts;
}

async function troubleIn(
  power: PowerHost,
  held: readonly CatalogService[],
  first: ReadonlyMap<string, number | null>,
): Promise<string | null> {
  for (const { name } of held) {
    if (!isHeld(power, name)) continue;
    const own = atHome(power, name, await containersOf(power, name));
    if (!own.some(({ state }) => isUp(state))) return `${name} ended`;
    for (const { id } of own) {
      const facts = await power.engine.inspect(id);
      if (facts === null || first.get(id) !== facts.started_at) return `${name} was started again`;
      if (facts.out_of_memory) return `${name} ran out of memory`;
      if (facts.state === 'unhealthy') return `${name} became unhealthy`;
    }
  }
  return null;
}

/** Services that were healthy before, that windows still hold, and that are not healthy any more. */
function troubleBeside(
  changed: readonly string[],
  before: NonNullable<Change['before']>,
  now: Awaited<ReturnType<ChangeHost['containers']>>,
): string | null {
  const worse = before.find(
    (was) =>
      was.healthy &&
      !changed.includes(was.service) &&
      now.some((one) => one.id === was.id && !one.healthy),
  );
  return worse === undefined ? null : `${worse.service}, which was healthy before, is not any more`;
}
