/** A member of a JSON object: its name, and the text of its value without surrounding whitespace. */
export type Member = readonly [name: string, value: string];

/**
 * Returns the members of a JSON object in their original order and spelling. `JSON.parse` keeps neither: it moves
 * names that look like numbers to the front and reformats numbers. A hash of the text needs both.
 * @param text one object, without whitespace outside strings: see `compact`
 */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = 1; // after {
  while (text[at] === '"') {
    const colon = endOfString(text, at);
    const end = endOfValue(text, colon + 1);
    members.push([JSON.parse(text.slice(at, colon)) as string, text.slice(colon + 1, end)]);
    at = text[end] === ',' ? end + 1 : end;
  }
  return members;
}

/** Joins members into an object. */
export const objectOf = (members: readonly Member[]): string =>
  `{${members.map(([name, value]) => `${quoted(name)}:${value}`).join(',')}}`;

/** The value of one member; undefined if there is none. */
export const memberOf = (text: string, name: string): string | undefined =>
  membersOf(text).find((member) => member[0] === name)?.[1];

/** Removes whitespace outside strings. */
export const compact = (text: string): string =>
  text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '');

/** A string as Go's encoding/json writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') at = endOfString(text, at) - 1;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (depth === 0 && (sign === ',' || sign === '}' || sign === ']')) return at;
    else if (sign === '}' || sign === ']') depth -= 1;
  }
  return text.length;
}
