import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { isMapValue, type YamlValue } from './yaml-value.ts';

export type YamlPath = readonly (string | number)[];

/** One document of a YAML file; a file with several has one source for each. */
export interface YamlSource {
  path: string;
  text: string;
  /** Its place among the documents of the file. */
  index: number;
  /** With anchors and merges resolved. */
  value: unknown;
  document: Document.Parsed;
  lines: LineCounter;
}

/** Where a value stands. */
export interface Located {
  value: unknown;
  /** Null for an empty value. */
  node: Node | null;
  /** False if it stands elsewhere, and comes by an alias or a merge. */
  own: boolean;
  /** From 1: of its key, or of its item. */
  line: number;
}

/** Reads the documents of a file; none if one of them has an error. */
export function readYaml(file: { path: string; text: string }): YamlSource[] {
  try {
    const lines = new LineCounter();
    const options = { merge: true, keepSourceTokens: true, lineCounter: lines, logLevel: 'error' };
    const documents = [...parseAllDocuments(file.text, options as never)] as Document.Parsed[];
    if (documents.some(({ errors }) => errors.length > 0)) return [];
    return documents.map((document, index) => ({
      path: file.path,
      text: file.text,
      index,
      value: document.toJS(),
      document,
      lines,
    }));
  } catch {
    return []; // an alias without its anchor, or more aliases than the library expands
  }
}

/** Whether a text in quotes goes on in another line, as one does whose quote is closed in a wrong place. */
export function hasTextOverLines({ document, text }: YamlSource): boolean {
  let found = false;
  visit(document, {
    Scalar(_, { type, range }) {
      found ||=
        type?.startsWith('QUOTE') === true && text.slice(range?.[0], range?.[1]).includes('\n');
    },
  });
  return found;
}

/** The lines of a YAML file at which it cannot be read, from 1. */
export function brokenLines(text: string): number[] {
  const documents = [...parseAllDocuments(text, { logLevel: 'silent' })] as Document.Parsed[];
  return documents.flatMap(({ errors }) =>
    errors.flatMap(({ linePos }) => linePos?.[0].line ?? []),
  );
}

/** Finds a value, through aliases and merges too; null if there is none. */
export function locate(source: YamlSource, path: YamlPath): Located | null {
  let node: Node | null = source.document.contents;
  let [own, at] = [true, node?.range?.[0] ?? 0];
  for (const key of path) {
    const holder = resolve(source, node);
    if (holder !== node) own = false;
    if (isMap(holder)) {
      const pair = ownPair(holder, key) ?? inheritedPair(source, holder, key);
      if (pair === null) return null;
      own &&= holder.items.includes(pair);
      [node, at] = [pair.value as Node | null, (pair.key as Node).range![0]];
    } else if (isSeq(holder) && typeof key === 'number' && key < holder.items.length) {
      node = holder.items[key] as Node | null;
      at = node?.range?.[0] ?? at;
    } else return null;
  }
  const line = source.lines.linePos(at).line;
  return { value: valueAt(source.value, path), node, own, line };
}

/** The last of several files that sets a value, as Compose lets later files override; null if none does. */
export const sourceThatSets = (sources: YamlSource[], path: YamlPath): YamlSource | null =>
  sources.findLast((source) => locate(source, path) !== null) ?? null;

export const ownPair = (map: YAMLMap, key: string | number): Pair | null =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key)) ?? null;

export const resolve = (source: YamlSource, node: Node | null): Node | null =>
  isAlias(node) ? (node.resolve(source.document) ?? null) : node;

function inheritedPair(source: YamlSource, map: YAMLMap, key: string | number): Pair | null {
  for (const { key: name, value } of map.items) {
    if (!isScalar(name) || name.source !== '<<') continue;
    const merged = resolve(source, value as Node | null);
    for (const one of isSeq(merged) ? (merged.items as Node[]) : [merged]) {
      const from = resolve(source, one);
      if (!isMap(from)) continue;
      const pair = ownPair(from, key) ?? inheritedPair(source, from, key);
      if (pair !== null) return pair;
    }
  }
  return null;
}

/** The part of a plain value at a path; undefined if there is none. */
export function valueAt(value: unknown, path: YamlPath): unknown {
  let part = value;
  for (const key of path)
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) return undefined;
    else part = (part as Record<string | number, unknown>)[key];
  return part;
}

/** A copy of a plain value in which the part at a path is set, or removed if `part` is undefined. */
export function withValue(value: unknown, path: YamlPath, part: YamlValue | undefined): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return part;
  const next = rest.length === 0 ? part : withValue(valueAt(value, [key]) ?? null, rest, part);
  if (typeof key === 'number' && (Array.isArray(value) || value === null)) {
    const items: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
    items.splice(key, 1, ...(next === undefined ? [] : [next]));
    return items;
  }
  const map = isMapValue(value) ? value : {};
  if (next !== undefined) return { ...map, [key]: next };
  const { [key]: _, ...others } = map;
  return others;
}

/** Are two plain values equal? The order of keys does not count. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key as never], b[key as never]))
  );
}
