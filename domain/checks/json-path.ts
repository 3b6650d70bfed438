/** Keys and positions, from the outside to the inside. */
export type Path = readonly (string | number)[];

/**
 * Reads a path such as `.user.name`, `.items[0].id`, `[0]` or `['a.key']`.
 * @returns null for anything else
 */
export function parsePath(text: string): Path | null {
  const path: (string | number)[] = [];
  const part = /\.?\[(\d{1,9})\]|\.?\[(?:'([^']*)'|"([^"]*)")\]|\.([^.[\]]+)/y;
  let end = 0;
  while (end < text.length) {
    part.lastIndex = end;
    const match = part.exec(text);
    if (match === null) return null;
    const [, position, single, double, key] = match;
    path.push(position === undefined ? (single ?? double ?? key)! : Number(position));
    end = part.lastIndex;
  }
  return path;
}

/** The value at a path; undefined if there is none. Own properties only. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    const name = String(key);
    if (Array.isArray(at) ? !/^\d+$/.test(name) : !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
