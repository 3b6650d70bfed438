import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import type { Inspected } from '../readout.ts';
import { listOf, mapOf, textOf } from '../shape/aspect.ts';
import { belowService, serviceOf, type Drafted, type Ground } from './ground.ts';
import { recreate } from './recreate.ts';

const keyOf = (ground: Ground): string => {
  const below = belowService(ground).slice('networks.'.length);
  return below.replace(/\.aliases\..*$/s, '');
};
const networkOf = ({ readout }: Ground, key: string): string =>
  readout.declared.networks?.[key]?.name ?? key;

/** Puts a container back on a network under its names. One with an address of its own is made again. */
export function connect(ground: Ground): Drafted {
  const key = keyOf(ground);
  const own = mapOf(mapOf(ground.declared['networks'])[key]);
  if (Object.keys(own).some((one) => one !== 'aliases')) return recreate(ground);
  const service = serviceOf(ground);
  const aliases = [...new Set([service, ...listOf(own['aliases']).map(textOf)])];
  const network = networkOf(ground, key);
  return ground.containers
    .filter((one) => !hasNetwork(one, network, aliases))
    .flatMap((one): PatchOperation[] => {
      const there = one.NetworkSettings.Networks?.[network];
      const to = { service, container: one.Id, network };
      return [
        ...(there === undefined || there === null
          ? []
          : [{ op: 'disconnect_network' as const, ...to, aliases: namesOn(one, network) }]),
        { op: 'connect_network', ...to, aliases },
      ];
    });
}

function hasNetwork(one: Inspected, network: string, aliases: readonly string[]): boolean {
  const there = one.NetworkSettings.Networks?.[network];
  return (
    there !== undefined &&
    there !== null &&
    aliases.every((alias) => there.Aliases?.includes(alias) === true)
  );
}

/** Its names there, but its id, which the Engine adds. */
const namesOn = (one: Inspected, network: string): string[] =>
  (one.NetworkSettings.Networks?.[network]?.Aliases ?? []).filter(
    (alias) => !one.Id.startsWith(alias),
  );

export function disconnect(ground: Ground): Drafted {
  const network = networkOf(ground, keyOf(ground));
  const service = serviceOf(ground);
  return ground.containers
    .filter((one) => one.NetworkSettings.Networks?.[network] !== undefined)
    .map((one) => ({
      op: 'disconnect_network',
      service,
      container: one.Id,
      network,
      aliases: namesOn(one, network),
    }));
}
