/** The calls of a connection to Temporal that are used here; either of the SDK's connections has them. */
export interface AttributeCalls {
  operatorService: {
    listSearchAttributes(request: {
      namespace: string;
    }): Promise<{ customAttributes: Record<string, number> | null }>;
  };
  workflowService: {
    countWorkflowExecutions(request: { namespace: string; query: string }): Promise<unknown>;
  };
}

/** A search attribute that a namespace lacks. */
export interface LackingAttribute {
  name: string;
  type: string;
  /** The type that it has there instead; null if it does not exist. */
  has: string | null;
}

/** Temporal's names of the types, by number: temporal.api.enums.v1.IndexedValueType. */
export const attributeTypes: readonly string[] =
  ' Text Keyword Int Double Bool Datetime KeywordList'.split(' ');

const invalidArgument = 3;
/** PERMISSION_DENIED and UNIMPLEMENTED: a cluster that others manage, such as Temporal Cloud, keeps operator calls to itself. */
const refusals = new Map<unknown, string>([
  [7, 'PERMISSION_DENIED'],
  [12, 'UNIMPLEMENTED'],
]);

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** The name of the status if an operator call was refused for who makes it; null for any other error. */
export const refusalOf = (error: unknown): string | null => refusals.get(codeOf(error)) ?? null;

/**
 * The attributes that a namespace lacks. Where listing them is refused, a query by each shows whether it exists.
 * @param wanted names, with Temporal's names of their types
 * @throws what the calls throw, such as gRPC's NOT_FOUND for the namespace
 */
export async function lackingAttributes(
  { operatorService, workflowService }: AttributeCalls,
  namespace: string,
  wanted: Readonly<Record<string, string>>,
): Promise<LackingAttribute[]> {
  const exists = async (name: string): Promise<boolean> => {
    try {
      await workflowService.countWorkflowExecutions({ namespace, query: `${name} IS NULL` });
      return true;
    } catch (error) {
      if (codeOf(error) === invalidArgument) return false;
      throw error;
    }
  };
  const typesByProbe = async (): Promise<Map<string, string>> => {
    const types = new Map<string, string>();
    for (const [name, type] of Object.entries(wanted))
      if (await exists(name)) types.set(name, type);
    return types;
  };
  const typesByList = async (): Promise<Map<string, string>> => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const known = Object.entries(customAttributes ?? {});
    return new Map(known.map(([name, type]) => [name, attributeTypes[type] ?? String(type)]));
  };
  const types = await typesByList().catch((error: unknown) => {
    if (refusalOf(error) === null) throw error;
    return typesByProbe();
  });
  return Object.entries(wanted)
    .map(([name, type]) => ({ name, type, has: types.get(name) ?? null }))
    .filter(({ type, has }) => has !== type);
}

const isCloud = (address: string): boolean =>
  /\.(tmprl\.cloud|api\.temporal\.io)(:\d+)?$/.test(address);

/** The commands by which a person with the right to do so adds attributes to a namespace. */
export function addingCommands(
  lacking: readonly Pick<LackingAttribute, 'name' | 'type'>[],
  { address, namespace }: { address: string; namespace: string },
): string[] {
  if (isCloud(address)) {
    const all = lacking.map(({ name, type }) => `--search-attribute "${name}=${type}"`);
    return [`tcld namespace search-attributes add --namespace ${namespace} ${all.join(' ')}`];
  }
  const at = `--address ${address} --namespace ${namespace}`;
  return lacking.map(
    ({ name, type }) =>
      `temporal operator search-attribute create ${at} --name ${name} --type ${type}`,
  );
}

/** What is wrong, as a list: `VX11Host (Keyword), VX11State (Keyword, but is Text there)`. */
export const describeLacking = (lacking: readonly LackingAttribute[]): string =>
  lacking
    .map(({ name, type, has }) => `${name} (${type}${has === null ? '' : `, but is ${has} there`})`)
    .join(', ');
