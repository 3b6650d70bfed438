import { chmod, stat } from 'node:fs/promises';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { callEngineWithin, EngineError, isGone } from '../../engine/engine-error.ts';
import { lockOf, type PowerHost } from '../../power/host/host.ts';
import { bringDown, startContainer } from '../../power/start/start-container.ts';
import type { PatchActor } from '../deps.ts';
import { placeOf } from '../files.ts';
import { Conflict } from '../../engine/conflict.ts';
import { updateLimits } from '../../engine/limit-acts.ts';
import { connectTo, disconnectFrom, removeNetwork } from '../../engine/network-acts.ts';

const callMs = 30_000;

export interface ActDeps {
  power: PowerHost;
  folder: () => string;
}

/**
 * Does one operation on the host: nothing if it is done already, and nothing if something else is found than it expects.
 * @param since epoch ms; a container that started later was restarted
 * @throws Conflict
 */
export async function actOn(
  { power, folder }: ActDeps,
  operation: PatchOperation,
  since: number,
  by: PatchActor,
): Promise<void> {
  const { docker } = power.engine;
  const ask = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(callMs, what, work).catch((error: unknown) => {
      // the Engine will say the same again
      if (error instanceof EngineError && error.kind !== 'unavailable')
        throw new Conflict(`${what}: ${error.message}`, { cause: error });
      throw error;
    });
  switch (operation.op) {
    case 'update_limits':
      return updateLimits(ask, docker, operation);
    case 'restart_policy':
      await inspected(power, operation.container, operation.service);
      return power.engine.forgetRestartPolicy(operation.container);
    case 'connect_network':
      return connectTo(ask, docker, operation);
    case 'disconnect_network':
      return disconnectFrom(ask, docker, operation);
    case 'remove_network':
      return removeNetwork(ask, docker, operation.network);
    case 'retag': {
      const { reference, expect, image } = operation;
      // a name that names nothing is in nobody's way
      const now = await power.images.find({ ref: reference, platform: null });
      if (now?.id === image) return;
      if (now !== null && now.id !== expect)
        throw new Conflict(`${reference} names a third image by now`);
      const at = /:(?<tag>[\w.-]+)$/.exec(reference);
      const repo = at === null ? reference : reference.slice(0, at.index);
      const tag = at?.groups?.['tag'] ?? 'latest';
      await ask('tag', () => docker.getImage(image).tag({ repo, tag }));
      return;
    }
    case 'restart':
      return restart(power, operation, since, by);
    case 'remove_container':
      return removeGently(power, operation.container);
    case 'file_mode': {
      const { file, expect, mode } = operation;
      const path = await placeOf(folder(), file);
      const now = `0${((await stat(path)).mode & 0o777).toString(8).padStart(3, '0')}`;
      if (now === mode) return;
      if (now !== expect) throw new Conflict(`the mode of ${file} is ${now} by now`);
      return chmod(path, Number.parseInt(mode, 8));
    }
    default:
      throw new Error(`${operation.op} is done elsewhere`);
  }
}

/** Removes a container, which gets its own grace period first: a removal alone would kill it at once. */
async function removeGently({ engine }: PowerHost, id: string): Promise<void> {
  const facts = await engine.inspect(id);
  if (facts === null) return;
  if (isUp(facts.state)) {
    if (facts.state === 'paused') await engine.unpause(id);
    await engine.stop(id, facts.stop_grace_ms);
  }
  return engine.remove(id);
}

async function inspected(
  { engine }: PowerHost,
  id: string,
  service: string,
): Promise<{ HostConfig: Record<string, unknown> }> {
  try {
    const found = await callEngineWithin(callMs, 'inspect', () =>
      engine.docker.getContainer(id).inspect(),
    );
    return found as unknown as { HostConfig: Record<string, unknown> };
  } catch (error) {
    if (isGone(error)) throw new Conflict(`the container of ${service} was made again since`);
    throw error;
  }
}

/** Stops and starts what has not started since. */
async function restart(
  power: PowerHost,
  { service: name, containers }: { service: string; containers: readonly string[] },
  since: number,
  by: PatchActor,
): Promise<void> {
  const { services } = await power.catalog.current();
  const service = services.find((one) => one.name === name);
  if (service === undefined) throw new Conflict(`${name} is in no file any more`);
  await power.lock.run(lockOf(name), async () => {
    for (const id of containers) {
      const facts = await power.engine.inspect(id);
      if (facts === null || (facts.started_at ?? 0) > since) continue;
      await bringDown(power, name, [facts], 'window', by);
      await power.leases.refresh();
      if (power.leases.live(name).length > 0)
        await startContainer(power, service, { id, state: 'exited' });
    }
  });
}
