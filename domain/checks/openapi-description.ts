import {
  resolved,
  referenceIn,
  escapedKey,
  isFields,
  fieldsOf,
  type Fields,
} from './json-reference.ts';

/** A GET of a description that can be sent as it is. */
export interface Operation {
  /** With the prefix of the description's server. */
  path: string;
  /** By status, with a JSON pointer to each. */
  responses: Record<string, { pointer: string; response: Fields }>;
}

export interface Description {
  /** 3.1 and later use JSON Schema as it is. */
  isPlainJsonSchema: boolean;
  operations: Operation[];
}

/** The most operations of a description that one check sends. */
const mostOperations = 200;

/**
 * Finds the GETs of an OpenAPI 3 description that need no parameter. Other methods are never sent.
 * @returns null if it is no such description
 */
export function readDescription(document: unknown): Description | null {
  const top = fieldsOf(document);
  const version = typeof top['openapi'] === 'string' ? top['openapi'] : '';
  if (!/^3\.\d/.test(version) || !isFields(top['paths'])) return null;
  const prefix = prefixOf(top);
  const operations = Object.entries(top['paths']).flatMap(([path, item]): Operation[] => {
    const { get, parameters } = fieldsOf(resolved(item, top));
    const operation = fieldsOf(get);
    if (!isFields(get) || path.includes('{')) return [];
    if (needsParameter(top, parameters) || needsParameter(top, operation['parameters'])) return [];
    const own = `/paths/${escapedKey(path)}/get/responses`;
    const responses = Object.entries(fieldsOf(operation['responses'])).map(([name, response]) => {
      const pointer = referenceIn(response)?.slice(1) ?? `${own}/${escapedKey(name)}`;
      return [name, { pointer, response: fieldsOf(resolved(response, top)) }] as const;
    });
    return [{ path: `${prefix}${path}`, responses: Object.fromEntries(responses) }];
  });
  return {
    isPlainJsonSchema: !version.startsWith('3.0'),
    operations: operations.slice(0, mostOperations),
  };
}

const needsParameter = (top: Fields, parameters: unknown): boolean =>
  Array.isArray(parameters) &&
  parameters.some((one) => fieldsOf(resolved(one, top))['required'] === true);

/** The path of the first server; another host than that of the description is not called. */
function prefixOf(top: Fields): string {
  const [server] = Array.isArray(top['servers']) ? (top['servers'] as unknown[]) : [];
  const { url, variables } = fieldsOf(server);
  if (typeof url !== 'string') return '';
  const filled = url.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = fieldsOf(fieldsOf(variables)[name])['default'];
    return typeof value === 'string' ? value : '';
  });
  const path = filled.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  return path.startsWith('/') ? path.replace(/\/+$/, '') : '';
}
