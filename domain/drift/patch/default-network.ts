import type { DslBlock } from '../../../contracts/manifestator.ts';
import { sourceThatSets } from '../../patches/yaml-document.ts';
import type { YamlValue } from '../../patches/yaml-value.ts';
import type { SettingGround } from './adopt.ts';

/**
 * What Compose prints for the networks of a service, if a block changes that without naming it: a service with neither networks
 * nor a network mode is on the network `default`.
 * @param blocks all that are applied together
 * @returns undefined where it prints what the block says
 */
export function networksPrinted(
  { target, key, operation }: DslBlock,
  blocks: readonly DslBlock[],
  { sources }: Pick<SettingGround, 'sources'>,
): YamlValue | undefined {
  const isRemoved = operation === 'delete';
  const names = (other: string): boolean =>
    sourceThatSets([...sources], ['services', target, other]) !== null;
  const stays = (other: string): boolean =>
    names(other) && !blocks.some((one) => one.target === target && one.key === other);
  const comes = (other: string): boolean =>
    blocks.some((one) => one.target === target && one.key === other && one.operation !== 'delete');
  if (key === 'network_mode') {
    if (isRemoved) return stays('networks') ? undefined : { default: {} };
    return names('network_mode') || names('networks') ? undefined : null;
  }
  if (key === 'networks' && isRemoved)
    return comes('network_mode') || stays('network_mode') ? null : { default: {} };
  return undefined;
}
