/** A change of one place of a text. */
export interface Change {
  start: number;
  end: number;
  text: string;
}

const changed = (text: string, { start, end, text: by }: Change): string =>
  text.slice(0, start) + by + text.slice(end);

/**
 * The one change that makes a broken text readable; null if several lead to different values. Of those that lead to the
 * same, the first is taken.
 *
 * @param read the value of a text, in a form that can be compared; null if it cannot be read
 */
export function onlyChange(
  text: string,
  changes: readonly Change[],
  read: (text: string) => string | null,
): Change | null {
  const found = new Map<string, Change>();
  for (const change of changes) {
    const value = read(changed(text, change));
    if (value === null) continue;
    if (!found.has(value)) found.set(value, change);
    if (found.size > 1) return null;
  }
  return [...found.values()][0] ?? null;
}

const insert = (at: number, text: string): Change => ({ start: at, end: at, text });
const remove = (start: number, end = start + 1): Change => ({ start, end, text: '' });

/** The start and end of a line, without its line break; lines count from 1. */
export function lineRange(text: string, line: number): [number, number] {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf('\n', start);
    if (next === -1) return [text.length, text.length];
    start = next + 1;
  }
  const end = text.indexOf('\n', start);
  const last = end === -1 ? text.length : end;
  return [start, text[last - 1] === '\r' ? last - 1 : last];
}

/** Changes of one character that may mend JSON around an offset. */
export function jsonChanges(text: string, at: number): Change[] {
  if (text.startsWith('\uFEFF')) return [remove(0)];
  const from = text.lastIndexOf('\n', text.lastIndexOf('\n', Math.max(at - 2, 0)) - 1) + 1;
  const next = text.indexOf('\n', at);
  const to = next === -1 ? text.length : next;
  const places = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  // behind a value or a key, and before one: not within words and blanks
  const edges = places.filter(
    (place) => !/\s/.test(text[place - 1] ?? ' ') || !/\s/.test(text[place] ?? ' '),
  );
  const commas = places.filter((place) => text[place] === ',');
  const behind = edges.filter(
    (place) => !/\s/.test(text[place - 1] ?? ' ') && /[\s\]}]/.test(text[place] ?? ' '),
  );
  return [
    ...commas.map((place) => remove(place)),
    ...behind.map((place) => insert(place, ',')),
    ...edges.map((place) => insert(place, '"')),
    ...edges
      .filter((place) => /["\s]/.test(text[place - 1] ?? ''))
      .map((place) => insert(place, ':')),
    ...endings(text).flatMap((place) => ['}', ']'].map((bracket) => insert(place, bracket))),
  ];
}

/** Behind the last character, and at the end. */
const endings = (text: string): number[] => [text.trimEnd().length];

/** Changes of one line of YAML: tabs, an indentation that is off by one, a quote, a bracket, a colon or its blank. */
export function yamlChanges(text: string, line: number): Change[] {
  if (text.startsWith('\uFEFF')) return [remove(0)];
  return [line, line - 1, line + 1]
    .filter((one) => one > 0)
    .flatMap((one) => lineChanges(text, one));
}

function lineChanges(text: string, line: number): Change[] {
  const [start, end] = lineRange(text, line);
  const own = text.slice(start, end);
  if (own.trim() === '' || own.trimStart().startsWith('#')) return [];
  const indent = own.length - own.trimStart().length;
  if (own.slice(0, indent).includes('\t')) return tabChanges(text, line);
  const colon = /^[\s-]*[\w.-]+:(?=[^\s:/])/.exec(own);
  const odd = (quote: string): boolean => own.split(quote).length % 2 === 0;
  const open = (a: string, b: string): boolean => own.split(a).length > own.split(b).length;
  const bare = /^\s*(?:-\s+)?[\w.-]+\s*$/.test(own);
  const value = own.trimEnd().length;
  return [
    ...(colon === null ? [] : [insert(start + colon[0].length, ' ')]),
    ...['"', "'"]
      .filter(odd)
      .flatMap((quote) => quotePlaces(own, quote).map((place) => insert(start + place, quote))),
    ...(open('[', ']') ? [insert(start + value, ']')] : []),
    ...(open('{', '}') ? [insert(start + value, '}')] : []),
    ...(bare ? [insert(start + value, ':')] : []),
    ...quotedValue(own, start),
    ...(/^\s*-\S/.test(own) ? [insert(start + own.indexOf('-') + 1, ' ')] : []),
    ...[1, 2].filter((count) => indent >= count).map((count) => remove(start, start + count)),
    ...[' ', '  '].map((blanks) => insert(start, blanks)),
  ];
}

/** Tabs as blanks: as many as the lines around have, or two, four or eight each; of this line, then of all. */
function tabChanges(text: string, line: number): Change[] {
  const [start] = lineRange(text, line);
  const own = /^[ \t]*/.exec(text.slice(start))![0];
  const around = [line - 1, line + 1].map(
    (one) => /^ */.exec(text.slice(lineRange(text, one)[0]))![0],
  );
  const widths = [2, 4, 8].map((count) => ' '.repeat(count));
  const last = text.lastIndexOf('\t');
  const first = text.indexOf('\t');
  return [
    ...around
      .filter((blanks) => blanks !== '')
      .map((blanks) => ({ start, end: start + own.length, text: blanks })),
    ...widths.map((blanks) => ({
      start,
      end: start + own.length,
      text: own.replaceAll('\t', blanks),
    })),
    ...widths.map((blanks) => ({
      start: first,
      end: last + 1,
      text: text.slice(first, last + 1).replaceAll(/(?<=^[ \t]*)\t/gm, blanks),
    })),
  ];
}

/** Where a quote may be missing: at the end of the value, before what closes a list, or at its begin. */
function quotePlaces(own: string, quote: string): number[] {
  const end = own.trimEnd().length;
  const value = own.trimEnd().replace(/[\]},\s]+$/, '').length;
  const begin = /^[\s-]*(?:[\w.-]+:\s+)?[[{\s]*/.exec(own)![0].length;
  return [...new Set([own[begin] === quote ? value : begin, end])];
}

/** A value with a colon of its own, in quotes. */
function quotedValue(own: string, start: number): Change[] {
  const found = /^(?<key>\s*(?:-\s+)?[\w.-]+:\s+)(?<value>[^\s'"[{|>&*#][^'"#]*:[^'"#]*?)\s*$/.exec(
    own,
  )?.groups;
  if (found === undefined) return [];
  const at = start + found['key']!.length;
  const value = found['value']!;
  return [{ start: at, end: at + value.length, text: `"${value}"` }];
}
