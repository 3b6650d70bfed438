import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import { labelOf } from '../compact.ts';
import { mapOf } from '../shape/aspect.ts';
import { nameIn, serviceOf, type Drafted, type Ground } from './ground.ts';

/** Makes the containers of a service again, as the files say now. */
export function recreate(ground: Ground): Drafted {
  const containers = ground.containers.map(({ Id }) => Id);
  if (containers.length === 0) return { because: 'it has no container' };
  return [{ op: 'recreate', service: serviceOf(ground), containers }];
}

/** A mounted file that was replaced is read again at the next start. */
export function restart(ground: Ground): Drafted {
  const containers = ground.containers.map(({ Id }) => Id);
  return [{ op: 'restart', service: serviceOf(ground), containers }];
}

/** A network is made again together with everything on it. */
export function recreateUsers({ finding, readout }: Ground): Drafted {
  const key = nameIn(finding.path);
  const users = Object.entries(readout.declared.services).filter(([, one]) =>
    Object.hasOwn(mapOf(one['networks']), key),
  );
  const operations = users.flatMap(([service]): PatchOperation[] => {
    const containers = readout.containers
      .filter((one) => labelOf(one, 'service') === service)
      .map(({ Id }) => Id);
    return containers.length === 0 ? [] : [{ op: 'recreate', service, containers }];
  });
  return operations.length > 0 ? operations : { because: 'the next opening makes it again' };
}

/** Gives the tag of the file back to the image that runs. */
export function retag({ finding, containers, readout }: Ground): Drafted {
  const reference = finding.evidence['reference'] ?? '';
  const named = finding.evidence['container'];
  const one = containers.find(({ Name }) => Name === `/${named}`) ?? containers[0];
  const expect = readout.images.get(reference)?.Id;
  if (one === undefined || expect === undefined) return { because: 'its image is gone' };
  return [{ op: 'retag', reference, expect, image: one.Image }];
}
