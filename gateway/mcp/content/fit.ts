/** How many entries the list of what was left out has. */
const mostNoted = 12;
/** Of each text so many characters, of each list so many items: the first pair that fits is used. */
const steps = [
  [4000, 200],
  [2000, 100],
  [1000, 50],
  [500, 25],
  [250, 12],
  [120, 6],
  [60, 3],
  [40, 1],
] as const;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The beginning of a text, without half a character at its end. */
export const beginning = (text: string, most: number): string =>
  text.slice(0, most).replace(/[\ud800-\udbff]$/, '');

function cut(
  value: unknown,
  [text, items]: readonly [number, number],
  note: (what: string) => void,
  path = '',
): unknown {
  if (typeof value === 'string') {
    if (value.length <= text) return value;
    note(`${path}: ${value.length - text} of ${value.length} characters`);
    return `${beginning(value, text)}…`;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        cut(one, [text, items], note, inside(name)),
      ]),
    );
  }
  if (value.length > items) {
    note(`${path}: ${value.length - items} of ${value.length} items`);
  }
  return value.slice(0, items).map((one, nth) => cut(one, [text, items], note, `${path}[${nth}]`));
}

/** What fits, and its JSON. */
export interface Fitting {
  data: Record<string, unknown>;
  json: string;
}

/**
 * The data as it is if its JSON fits into `most` bytes. Otherwise lists lose their last items and texts their ends, as few as
 * possible, and `left_out` says which.
 */
export function fit(data: Record<string, unknown>, most: number): Fitting {
  const whole = JSON.stringify(data);
  if (Buffer.byteLength(whole) <= most) return { data, json: whole };
  for (const step of steps) {
    const left_out: string[] = [];
    const shorter = cut(data, step, (what) => void left_out.push(what)) as typeof data;
    if (left_out.length > mostNoted) {
      left_out.splice(mostNoted, Infinity, `and more, in ${left_out.length - mostNoted} places`);
    }
    const fitting = { ...shorter, left_out };
    const json = JSON.stringify(fitting);
    if (Buffer.byteLength(json) <= most) return { data: fitting, json };
  }
  const scalars = Object.entries(data).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? [] : [[name, cut(value, [40, 1], () => {})]],
  );
  const little = {
    ...Object.fromEntries(scalars.slice(0, mostNoted)),
    left_out: ['everything else'],
  };
  return { data: little, json: JSON.stringify(little) };
}
