/** A block of a REAPER file: a line, and what is inside it. */
export interface Block {
  line: (string | number)[];
  inside: Node[];
}
/** A line of its own, or a block. */
export type Node = (string | number)[] | Block;

/** A word as REAPER reads it. Quotes have no escape: what has all three kinds loses one. */
export function word(value: string | number): string {
  if (typeof value === 'number') return numberText(value);
  const text = value.replaceAll(/[\r\n\0]+/g, ' ');
  if (text !== '' && !/[\s"'`]/.test(text) && !/^[<>]/.test(text)) return text;
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  return `\`${text.replaceAll('`', "'")}\``;
}

/** As many digits as matter, and never an exponent. */
const numberText = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(12).replace(/0+$/, '').replace(/\.$/, '');

const lineOf = ([tag, ...rest]: (string | number)[]): string =>
  [String(tag), ...rest.map(word)].join(' ');

function linesOf(node: Node, depth: number): string[] {
  const indent = '  '.repeat(depth);
  if (Array.isArray(node)) return [indent + lineOf(node)];
  return [
    `${indent}<${lineOf(node.line)}`,
    ...node.inside.flatMap((one) => linesOf(one, depth + 1)),
    `${indent}>`,
  ];
}

/** The text of a block and all that is in it, with lines that end with LF. */
export const reaperText = (block: Block): string => `${linesOf(block, 0).join('\n')}\n`;
