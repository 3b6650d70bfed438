import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Edit } from './edit.ts';
import {
  isEqual,
  ownPair,
  readYaml,
  resolve,
  valueAt,
  withValue,
  type YamlPath,
  type YamlSource,
} from './yaml-document.ts';
import {
  afterIndicator,
  columnOf,
  contentEnd,
  entryOf,
  entryStart,
  isFlow,
  isPair,
  layoutOf,
  lengthOf,
  lineEnd,
  quotesOf,
  rangeOf,
  type Slot,
} from './yaml-layout.ts';
import { isMapValue, renderFlow, renderPair, renderScalar, type YamlValue } from './yaml-value.ts';

/** How far a path leads through what stands in the file itself. */
interface Walk {
  slots: Slot[];
  node: Node | null;
  flow: boolean;
  /** The keys that are left. */
  rest: (string | number)[];
}

/**
 * Sets the value at a path, and makes the maps and lists on the way to it. What comes by an alias or a merge is
 * overridden here, and stays as it is where it stands. Null if a single range cannot do exactly that: a shared value,
 * a path through a text, a syntax that is not known.
 */
export const setValue = (source: YamlSource, path: YamlPath, value: YamlValue): Edit | null =>
  exact(source, draft(source, path, value), withValue(source.value, path, value));

/** Adds an item to the list at a path, or makes the list. */
export function appendItem(source: YamlSource, path: YamlPath, item: YamlValue): Edit | null {
  const list = valueAt(source.value, path) ?? [];
  return Array.isArray(list) ? setValue(source, [...path, list.length], item) : null;
}

/** Removes a key or an item, with its line. Null if it comes by an alias or a merge. */
export const removeValue = (source: YamlSource, path: YamlPath): Edit | null =>
  exact(source, draft(source, path, undefined), withValue(source.value, path, undefined));

/** Writes another key before a value. */
export function renameKey(source: YamlSource, path: YamlPath, key: string): Edit | null {
  const { slots, rest, flow } = walk(source, path);
  const pair = entryOf(slots.at(-1));
  if (rest.length > 0 || !isPair(pair) || !isScalar(pair.key)) return null;
  const parent = path.slice(0, -1);
  if (valueAt(source.value, [...parent, key]) !== undefined) return null;
  const text = renderScalar(key, quotesOf(pair.key), flow);
  const moved = withValue(source.value, path, undefined);
  const value = valueAt(source.value, path) as YamlValue;
  return exact(
    source,
    edit(source, rangeOf(pair.key), text),
    withValue(moved, [...parent, key], value),
  );
}

/** The edit, if the text that it leaves is read as exactly what was meant, and nothing else of the file changes. */
function exact(source: YamlSource, change: Edit | null, meant: unknown): Edit | null {
  if (change === null) return null;
  const text = source.text.slice(0, change.start) + change.text + source.text.slice(change.end);
  const [before, after] = [readYaml(source), readYaml({ path: source.path, text })];
  const same =
    before.length === after.length &&
    after.every(({ value, index }) =>
      isEqual(value, index === source.index ? meant : before[index]!.value),
    );
  return same ? change : null;
}

function walk(source: YamlSource, path: YamlPath): Walk {
  const slots: Slot[] = [];
  let node = source.document.contents as Node | null;
  let flow = false;
  for (const [at, key] of path.entries()) {
    let index = -1;
    if (isMap(node)) index = node.items.indexOf(ownPair(node, key) as never);
    else if (isSeq(node) && typeof key === 'number' && key < node.items.length) index = key;
    if (isMap(node) || isSeq(node)) flow ||= node.flow === true;
    if (index === -1) return { slots, node, flow, rest: path.slice(at) };
    const slot: Slot = { holder: node as Slot['holder'], index };
    slots.push(slot);
    const entry = entryOf(slot);
    node = (isPair(entry) ? entry.value : entry) as Node | null;
  }
  return { slots, node, flow, rest: [] };
}

function draft(source: YamlSource, path: YamlPath, value: YamlValue | undefined): Edit | null {
  const { slots, node, flow, rest } = walk(source, path);
  const slot = slots.at(-1);
  const [key, ...below] = rest;
  if (key === undefined)
    return value === undefined
      ? remove(source, slots)
      : slot === undefined
        ? null
        : replace(source, slot, node, { value, flow });
  if (isMap(node)) {
    const inherited = valueAt(source.value, path.slice(0, path.length - below.length));
    if (value === undefined && (inherited === undefined || below.length === 0)) return null;
    return add(source, node, String(key), withValue(inherited ?? null, below, value));
  }
  if (value === undefined || slot === undefined) return null;
  if (isSeq(node)) return add(source, node as Slot['holder'], null, withValue(null, below, value));
  if (isAlias(node)) {
    const shared = resolve(source, node);
    const text =
      isMap(shared) && below.length === 0
        ? `{ <<: *${node.source}, ${renderFlow({ [key]: value }).slice(2)}`
        : renderFlow(
            withValue(valueAt(source.value, path.slice(0, -rest.length)), rest, value) as YamlValue,
          );
    return edit(source, rangeOf(node), text);
  }
  const isEmpty = node === null || (isScalar(node) && node.value === null);
  return isEmpty
    ? replace(source, slot, node, { value: withValue(null, rest, value) as YamlValue, flow })
    : null;
}

function replace(
  source: YamlSource,
  slot: Slot,
  node: Node | null,
  { value, flow }: { value: YamlValue; flow: boolean },
): Edit | null {
  const isOneLine = isScalar(node) && !String(node.type).startsWith('BLOCK_');
  if (node !== null && ((isOneLine && lengthOf(node) > 0) || isAlias(node) || isFlow(node)))
    return edit(
      source,
      rangeOf(node),
      isSameForm(node, value) ? value : renderFlow(value, quotesOf(node), flow),
    );
  const start = afterIndicator(source, slot);
  if (start === null) return null;
  const end = node === null || lengthOf(node) === 0 ? start : contentEnd(source, node);
  const entry = entryOf(slot);
  if (flow || !isMapValue(value) || !isPair(entry) || Object.keys(value).length === 0)
    return edit(source, [start, end], ` ${renderFlow(value, 'PLAIN', flow)}`);
  const layout = layoutOf(source);
  const pad = layout.step + ' '.repeat(columnOf(source, (entry.key as Node).range![0]));
  const lines = Object.entries(value).map(([key, one]) => renderPair(key, one, { ...layout, pad }));
  const block = layout.eol + lines.join(layout.eol);
  // an empty value may have a comment behind its key
  const behind = lineEnd(source.text, start);
  return edit(source, end === start ? [behind, behind] : [start, end], block);
}

/** Is a plain `8080:80` replaced by another one? It needs no quotes that the old one did without. */
const isSameForm = (node: Node, value: YamlValue): value is string =>
  isScalar(node) &&
  node.type === 'PLAIN' &&
  [node.value, value].every((one) => typeof one === 'string' && /^[\d.]+(?::\d+)+$/.test(one));

/** Adds an entry at the end of a map or list; `key` is null for a list. */
function add(
  source: YamlSource,
  holder: Slot['holder'],
  key: string | null,
  part: unknown,
): Edit | null {
  const value = part as YamlValue;
  const last = holder.items.at(-1);
  const quotes = key === null ? quotesOf(last) : 'PLAIN';
  if (isFlow(holder)) {
    const text =
      key === null ? renderFlow(value, quotes) : renderFlow({ [key]: value }).slice(2, -2);
    const [start, end] = rangeOf(holder);
    if (last === undefined)
      return edit(source, [start + 1, end - 1], key === null ? text : ` ${text} `);
    const at = contentEnd(source, last);
    return edit(source, [at, at], `, ${text}`);
  }
  if (last === undefined) return null;
  const layout = {
    ...layoutOf(source),
    pad: ' '.repeat(columnOf(source, entryStart({ holder, index: 0 }))),
  };
  const line =
    key === null
      ? `${layout.pad}- ${renderFlow(value, quotes, false)}`
      : renderPair(key, value, layout);
  const end = lineEnd(source.text, contentEnd(source, last));
  if (end === source.text.length) return edit(source, [end, end], layout.eol + line);
  const next = source.text.indexOf('\n', end) + 1;
  return edit(source, [next, next], line + layout.eol);
}

function remove(source: YamlSource, slots: Slot[]): Edit | null {
  const slot = slots.at(-1);
  if (slot === undefined) return null;
  const { holder, index } = slot;
  const { text } = source;
  if (holder.items.length === 1) {
    if (isFlow(holder)) return edit(source, [rangeOf(holder)[0] + 1, rangeOf(holder)[1] - 1], '');
    const parent = slots.at(-2);
    const empty: YamlValue = isMap(holder) ? {} : [];
    return parent === undefined
      ? null
      : replace(source, parent, holder, { value: empty, flow: false });
  }
  const [start, end] = [entryStart(slot), contentEnd(source, holder.items[index])];
  const next = index + 1 < holder.items.length ? entryStart({ holder, index: index + 1 }) : null;
  if (isFlow(holder))
    return edit(
      source,
      next === null ? [contentEnd(source, holder.items[index - 1]), end] : [start, next],
      '',
    );
  const from = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(from, start).trim() !== '')
    return next === null ? null : edit(source, [start, next], '');
  const until = lineEnd(text, end);
  if (until < text.length) return edit(source, [from, text.indexOf('\n', until) + 1], '');
  return edit(source, [lineEnd(text, Math.max(0, from - 2)), until], '');
}

const edit = (source: YamlSource, [start, end]: [number, number], text: string): Edit => ({
  path: source.path,
  start,
  end,
  expected: source.text.slice(start, end),
  text,
});
