import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../../workflows/search-attributes.ts';

/** The numbers of the types that we use, from temporal.api.enums.v1.IndexedValueType. */
const typeNumbers = { KEYWORD: 2, DATETIME: 6, KEYWORD_LIST: 7 } as const;

/**
 * Registers the search attributes of windows, since the server refuses to start a workflow with an unknown one. Our own
 * server gets them at its start; an external one gets them here.
 */
export async function registerSearchAttributes(
  connection: NativeConnection,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter(({ name }) => !(name in customAttributes));
  if (missing.length === 0) return;
  const added = missing.map(({ name, type }) => [name, typeNumbers[type]] as const);
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(added),
  });
}
