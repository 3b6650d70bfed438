import type { NativeConnection } from '@temporalio/worker';
import { VX11Error } from '../../contracts/errors.ts';
import { searchAttributeTypes } from '../../contracts/search-attributes.ts';
import {
  addingCommands,
  attributeTypes,
  describeLacking,
  lackingAttributes,
  refusalOf,
  type LackingAttribute,
} from '../../platform/temporal/search-attributes.ts';

interface Place {
  address: string;
  namespace: string;
}

/**
 * Registers the search attributes of windows, since the server refuses to start a workflow with an unknown one. Our own
 * server gets them at its start; an external one gets them here. One that others manage refuses that: then they must exist.
 * @throws `search_attributes_missing`, with the commands that add them
 */
export async function registerSearchAttributes(
  connection: NativeConnection,
  place: Place,
): Promise<void> {
  const { namespace } = place;
  const lacking = await lackingAttributes(connection, namespace, searchAttributeTypes);
  if (lacking.length === 0) return;
  if (lacking.some(({ has }) => has !== null))
    throw missing(lacking, place, 'A type cannot be changed: remove or rename those');
  const added = lacking.map(({ name, type }) => [name, attributeTypes.indexOf(type)] as const);
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(added),
    });
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    throw missing(lacking, place, `VX11 may not register them (${refusal})`);
  }
}

/** @param why why VX11 does not add them itself */
function missing(lacking: readonly LackingAttribute[], place: Place, why: string): VX11Error {
  const what = `The namespace ${place.namespace} of Temporal lacks search attributes: ${describeLacking(lacking)}.`;
  const commands = addingCommands(lacking, place).join(' && ');
  return new VX11Error('search_attributes_missing', `${what} ${why}. Add them with: ${commands}`);
}
