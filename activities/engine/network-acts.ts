import type Docker from 'dockerode';
import type { OperationOf } from '../../contracts/patch-operation.ts';
import { isGone } from './engine-error.ts';
import { Conflict } from './conflict.ts';

/** Calls the Engine within a time limit. */
export type Ask = <T>(what: string, work: () => Promise<T>) => Promise<T>;

async function aliasesOn(
  ask: Ask,
  docker: Docker,
  { container, network }: { container: string; network: string },
): Promise<readonly string[] | null> {
  const { NetworkSettings } = await ask('inspect', () => docker.getContainer(container).inspect());
  const own = (NetworkSettings.Networks as Record<string, { Aliases?: string[] | null }>)[network];
  return own === undefined ? null : (own.Aliases ?? []);
}

/** Connects a container under its names, unless it is. */
export async function connectTo(
  ask: Ask,
  docker: Docker,
  { container, network, aliases }: OperationOf<'connect_network'>,
): Promise<void> {
  const there = await aliasesOn(ask, docker, { container, network });
  if (there !== null) {
    if (aliases.every((alias) => there.includes(alias))) return;
    throw new Conflict(`it is on ${network} under other names by now`);
  }
  const EndpointConfig = { Aliases: [...aliases] };
  await ask('network connect', () =>
    docker.getNetwork(network).connect({ Container: container, EndpointConfig }),
  );
}

export async function disconnectFrom(
  ask: Ask,
  docker: Docker,
  { container, network, aliases }: OperationOf<'disconnect_network'>,
): Promise<void> {
  const there = await aliasesOn(ask, docker, { container, network });
  if (there === null) return;
  // its names are those that it is disconnected from, or it was connected again since
  if (!aliases.every((alias) => there.includes(alias))) return;
  await ask('network disconnect', () =>
    docker.getNetwork(network).disconnect({ Container: container, Force: true }),
  );
}

/** Removes a network that nothing uses. */
export async function removeNetwork(ask: Ask, docker: Docker, name: string): Promise<void> {
  const found = await docker.listNetworks({ filters: { name: [name] } });
  const one = found.find(({ Name }) => Name === name);
  if (one === undefined) return;
  await ask('network remove', () =>
    docker
      .getNetwork(one.Id)
      .remove()
      .catch((error: unknown) => {
        if (!isGone(error)) throw error;
      }),
  );
}
