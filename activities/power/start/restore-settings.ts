import pLimit from 'p-limit';
import type { CatalogService } from '../../../contracts/service.ts';
import { restorationOf, type Restoration } from '../../../domain/drift/at-opening.ts';
import type { DeclaredStack } from '../../../domain/drift/readout.ts';
import { operationWords } from '../../../domain/patches/typed/operation-words.ts';
import { declaredStack } from '../../compose/readout.ts';
import { callEngineWithin, isUnavailable } from '../../engine/engine-error.ts';
import { inspectAll } from '../../engine/engine-state.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import { connectTo, disconnectFrom, type Ask } from '../../engine/network-acts.ts';
import { updateLimits } from '../../engine/limit-acts.ts';
import { hostEvent, type Cause, type PowerHost } from '../host/host.ts';

const callMs = 10_000;
const limit = pLimit(8);
const ask: Ask = (what, work) => callEngineWithin(callMs, what, work);

/**
 * Sets right, before a start, what was changed on stopped containers by hand: limits, networks and names on them, which the
 * definition does not show. Each is recorded. If that cannot be found out, the containers start as they are.
 * @returns the services whose containers have to be created again for that
 */
export async function restoreSettings(
  power: PowerHost,
  services: readonly CatalogService[],
  containers: ReadonlyMap<string, readonly ContainerSummary[]>,
  cause: Cause,
): Promise<Set<string>> {
  const again = new Set<string>();
  const reading = power.catalog.reading();
  if (services.length === 0 || reading === null) return again;
  try {
    const networks = await ask('networks', () => power.engine.docker.listNetworks());
    const ids = new Set(networks.map(({ Id }) => Id));
    const project = power.catalog.known()?.project ?? '';
    const stack = declaredStack(project, services, reading);
    await Promise.all(
      services.map(async ({ name }) => {
        const own = containers.get(name) ?? [];
        const isDone = await restoreOne(power, name, { stack, ids, own }, cause);
        if (!isDone) again.add(name);
      }),
    );
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    power.log.warn({ err: error }, 'settings of stopped containers could not be compared');
  }
  return again;
}

interface Around {
  stack: DeclaredStack;
  /** Of all networks of the Engine. */
  ids: ReadonlySet<string>;
  own: readonly ContainerSummary[];
}

/** @returns whether its containers are right now */
async function restoreOne(
  power: PowerHost,
  name: string,
  { stack, ids, own }: Around,
  { actor, ...causeIds }: Cause,
): Promise<boolean> {
  // one that was removed meanwhile is left to the start, which says so
  const there = await inspectAll(
    power.engine.docker,
    own.map(({ id }) => id),
    limit,
  );
  const found = restorationOf(name, stack, there, ids);
  if (found.paths.length === 0) return true;
  const isDone = !found.recreate && (await carryOut(power, found));
  const did = isDone ? found.operations.map(operationWords) : [`create ${name} again`];
  power.log.info({ service: name, paths: found.paths, did }, 'set right before its start');
  const payload = { paths: found.paths, did };
  const event = hostEvent(power, 'service.restored', actor, {
    ...causeIds,
    service: name,
    payload,
  });
  await power.seen.see(name, {}, [event]);
  return isDone;
}

async function carryOut(power: PowerHost, { operations }: Restoration): Promise<boolean> {
  const { docker } = power.engine;
  try {
    for (const one of operations) {
      if (one.op === 'update_limits') await updateLimits(ask, docker, one);
      if (one.op === 'disconnect_network') await disconnectFrom(ask, docker, one);
      if (one.op === 'connect_network') await connectTo(ask, docker, one);
    }
    return true;
  } catch (error) {
    if (isUnavailable(error)) throw error;
    power.log.warn({ err: error }, 'the Engine refused it, so the container is created again');
    return false;
  }
}
