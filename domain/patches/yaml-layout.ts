import { isMap, isScalar, isSeq, type CST, type Node, type Pair } from 'yaml';
import type { YamlSource } from './yaml-document.ts';
import type { Quotes } from './yaml-value.ts';

/** A map or list, and which of its entries is meant. */
export interface Slot {
  holder: Node & { items: unknown[]; flow?: boolean };
  index: number;
}

export const isPair = (entry: unknown): entry is Pair & { srcToken?: CST.CollectionItem } =>
  typeof entry === 'object' && entry !== null && 'key' in entry;
export const isFlow = (node: unknown): boolean =>
  (isMap(node) || isSeq(node)) && node.flow === true;
export const entryOf = (slot: Slot | undefined): unknown => slot?.holder.items[slot.index];
export const rangeOf = (node: Node): [number, number] => [node.range![0], node.range![1]];
export const lengthOf = (node: Node): number => node.range![1] - node.range![0];

export const quotesOf = (node: unknown): Quotes =>
  isScalar(node) && (node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE')
    ? node.type
    : isSeq(node)
      ? quotesOf(node.items.at(-1))
      : 'PLAIN';

/** Where the content of an entry ends, without the comment behind it. */
export function contentEnd(source: YamlSource, entry: unknown): number {
  if (isPair(entry)) {
    const value = entry.value as Node | null;
    if (value !== null && (value.range?.[1] ?? 0) > (value.range?.[0] ?? 0))
      return contentEnd(source, value);
    const colon = colonOf(entry);
    return colon === null ? (entry.key as Node).range![1] : colon + 1;
  }
  const node = entry as Node;
  if ((isMap(node) || isSeq(node)) && !isFlow(node)) return contentEnd(source, node.items.at(-1));
  let end = node.range![1];
  while (/[\r\n]/.test(source.text[end - 1] ?? '')) end--;
  return end;
}

/** Behind the `:` or `-` of an entry of a block, or the `:` of one in flow style. */
export function afterIndicator(source: YamlSource, slot: Slot): number | null {
  const entry = entryOf(slot);
  if (!isPair(entry)) return isFlow(slot.holder) ? null : entryStart(slot) + 1;
  const colon = colonOf(entry);
  return colon === null ? null : colon + 1;
}

const colonOf = (pair: { srcToken?: CST.CollectionItem }): number | null =>
  pair.srcToken?.sep?.find(({ type }) => type === 'map-value-ind')?.offset ?? null;

/** Where an entry begins: its key, its value in flow style, its `-` in a block. */
export function entryStart({ holder, index }: Slot): number {
  const entry = holder.items[index];
  if (isPair(entry)) return (entry.key as Node).range![0];
  const token = holder.srcToken as CST.BlockSequence | undefined;
  const dash = isFlow(holder)
    ? undefined
    : token?.items[index]?.start.find(({ type }) => type === 'seq-item-ind');
  return dash?.offset ?? (entry as Node).range![0];
}

/** The end of the line, before its `\n` or `\r\n`. */
export function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' && newline > from ? newline - 1 : newline;
}

export const columnOf = ({ text }: YamlSource, at: number): number =>
  at -
  (text.lastIndexOf('\n', at - 1) + 1) -
  (text.startsWith('\uFEFF') && !text.slice(0, at).includes('\n') ? 1 : 0);

/** The line ends of a file, and by how much it indents. */
export function layoutOf(source: YamlSource): { step: string; eol: string } {
  const first = /^( +)[^\s#-]/m.exec(source.text)?.[1]?.length ?? 2;
  return { step: ' '.repeat(first), eol: source.text.includes('\r\n') ? '\r\n' : '\n' };
}
