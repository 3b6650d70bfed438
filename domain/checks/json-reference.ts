/** An object of a JSON document. */
export type Fields = Record<string, unknown>;

/** Follows a reference within the document, once. */
export function resolved(value: unknown, top: Fields): unknown {
  const reference = referenceIn(value);
  if (reference === null) return value;
  return reference
    .slice(2)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, key) => (Object.hasOwn(fieldsOf(at), key) ? fieldsOf(at)[key] : {}), top);
}

export const referenceIn = (value: unknown): string | null => {
  const reference = fieldsOf(value)['$ref'];
  return typeof reference === 'string' && reference.startsWith('#/') ? reference : null;
};

/** A key as a JSON pointer writes it (RFC 6901). */
export const escapedKey = (key: string): string =>
  encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
