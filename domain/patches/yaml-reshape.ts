import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { replaceAt, type Operation } from './edit.ts';
import { locate, type YamlPath, type YamlSource } from './yaml-document.ts';

/** A value in another form; null where it has none. */
type Reshaped = Operation[] | null;

const edit = (source: YamlSource, start: number, end: number, text: string): Operation =>
  replaceAt(source.path, start, source.text.slice(start, end), text);

const textOf = (node: unknown): string => (isScalar(node) ? String(node.value) : '');
const startOf = (node: unknown): number => (node as Node).range![0];
const endOf = (node: unknown): number => (node as Node).range![1];

/** A single value becomes the only one of a list. */
export function wrapInList(source: YamlSource, path: YamlPath): Reshaped {
  const node = locate(source, path)?.node;
  if (!isScalar(node) || !node.range) return null;
  const [start, end] = node.range;
  return [edit(source, start, end, `[${source.text.slice(start, end)}]`)];
}

/** A text `key value` gets its colon. */
export function addColon(source: YamlSource, path: YamlPath, keys: ReadonlySet<string>): Reshaped {
  const node = locate(source, path)?.node;
  const key = /^([a-z_]+)\s/.exec(textOf(node))?.[1];
  if (key === undefined || !keys.has(key)) return null;
  const at = startOf(node) + key.length;
  return [edit(source, at, at, ':')];
}

/**
 * What stands beside an empty key, and belongs below it, is indented.
 * @param known the keys that may stand beside it
 */
export function indentBelow(
  source: YamlSource,
  path: YamlPath,
  known: ReadonlySet<string>,
): Reshaped {
  const holder = locate(source, path.slice(0, -1))?.node;
  if (!isMap(holder) || holder.flow === true) return null;
  const names = holder.items.map(({ key }) => textOf(key));
  const own = names.indexOf(String(path.at(-1)));
  const end = names.findIndex((name, at) => at > own && known.has(name));
  const below = holder.items.slice(own + 1, end === -1 ? undefined : end);
  const [first, last] = [below.at(0), below.at(-1)];
  if (first === undefined || last === undefined || known.size === 0) return null;
  const from = source.text.lastIndexOf('\n', startOf(first.key) - 1) + 1;
  const text = source.text.slice(from, endOf(last.value ?? last.key));
  return [...text.matchAll(/^(?=[^\n])/gm)].map(({ index }) =>
    edit(source, from + index, from + index, '  '),
  );
}

/** Each `- NAME: value` of a list becomes `- NAME=value`. */
export function joinAssignments(source: YamlSource, path: YamlPath): Reshaped {
  const list = locate(source, path)?.node;
  if (!isSeq(list)) return null;
  return list.items.flatMap((item) => {
    const { key, value } = (isMap(item) && item.items.length === 1 ? item.items[0] : null) ?? {};
    return isScalar(key) && isScalar(value) && value.type === 'PLAIN'
      ? [edit(source, endOf(key), startOf(value), '=')]
      : [];
  });
}

/** `8080: 80` becomes an item `"8080:80"` of a list. */
export function pairsAsTexts(source: YamlSource, path: YamlPath): Reshaped {
  const map = locate(source, path)?.node;
  if (!isMap(map) || map.flow === true) return null;
  if (!map.items.every(({ key, value }) => isScalar(key) && isScalar(value))) return null;
  return map.items.map(({ key, value }) =>
    edit(source, startOf(key), endOf(value), `- "${textOf(key)}:${textOf(value)}"`),
  );
}
