/** An object of a request or an answer whose fields are read with care. */
export type Loose = Record<string, unknown>;

/** The objects of an array; none if it is no array. */
export const list = (value: unknown): Loose[] => (Array.isArray(value) ? (value as Loose[]) : []);

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** An object; an empty one for anything else. */
export const objectIn = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};

/** Without the fields that are not set. */
export const given = (fields: Loose): Loose =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
