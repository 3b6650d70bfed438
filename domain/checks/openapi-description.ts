type Fields = Record<string, unknown>;

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

/** What a description says about an answer; null if it says nothing. */
export interface DocumentedAnswer {
  /** A JSON pointer to the schema of its body; null if there is none. */
  schema: string | null;
  /** Why the answer is not documented. */
  problem: string | null;
}

/** Finds the schema for an answer. @param type its content type */
export function documentedAnswer(
  { responses }: Operation,
  status: number,
  type: string,
): DocumentedAnswer {
  const names = [String(status), `${String(status)[0]}XX`, 'default'];
  const name = names.find((one) => Object.hasOwn(responses, one));
  if (name === undefined) {
    const known = Object.keys(responses).join(', ') || 'none';
    return { schema: null, problem: `status ${status} is not documented (${known})` };
  }
  const { pointer, response } = responses[name]!;
  const content = fieldsOf(response['content']);
  const types = Object.keys(content);
  if (types.length === 0) return { schema: null, problem: null };
  const media = type.split(';')[0]!.trim().toLowerCase();
  const found = types.find((one) => covers(one.split(';')[0]!.trim().toLowerCase(), media));
  if (found === undefined) {
    const problem = `${media || 'no content type'} is not documented (${types.join(', ')})`;
    return { schema: null, problem };
  }
  const hasSchema = Object.hasOwn(fieldsOf(content[found]), 'schema');
  const schema = `${pointer}/content/${escapedKey(found)}/schema`;
  return { schema: hasSchema && isJson(media) ? schema : null, problem: null };
}

/** Whether a content type is JSON. */
export const isJson = (type: string): boolean => /^application\/(.+\+)?json\b/i.test(type.trim());

const covers = (documented: string, media: string): boolean =>
  documented === media ||
  documented === '*/*' ||
  (documented.endsWith('/*') && media.startsWith(documented.slice(0, -1)));

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

/** Follows a reference within the document, once. */
function resolved(value: unknown, top: Fields): unknown {
  const reference = referenceIn(value);
  if (reference === null) return value;
  return reference
    .slice(2)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, key) => (Object.hasOwn(fieldsOf(at), key) ? fieldsOf(at)[key] : {}), top);
}

const referenceIn = (value: unknown): string | null => {
  const reference = fieldsOf(value)['$ref'];
  return typeof reference === 'string' && reference.startsWith('#/') ? reference : null;
};

const escapedKey = (key: string): string =>
  encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
