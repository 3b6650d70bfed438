/** A block as a REAPER file has it: written for tests, from the description of the format and not from our writer. */
export interface ReadBlock {
  words: string[];
  lines: string[][];
  blocks: ReadBlock[];
}

/** The words of a line: quoted by one of three characters, without any escape. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === ' ') {
      at += 1;
      continue;
    }
    const quote = /["'`]/.test(line[at]!) ? line[at]! : null;
    const from = quote === null ? at : at + 1;
    const found = line.indexOf(quote ?? ' ', from);
    const end = found < 0 ? line.length : found;
    words.push(line.slice(from, end));
    at = quote === null ? end : end + 1;
  }
  return words;
}

/** Throws if a block is not closed, or closed twice. */
export function parseReaper(text: string): ReadBlock {
  const top: ReadBlock = { words: [], lines: [], blocks: [] };
  const open = [top];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    if (trimmed === '>') {
      open.pop();
      if (open.length === 0) throw new Error('a block is closed twice');
    } else if (trimmed.startsWith('<')) {
      const block: ReadBlock = { words: wordsOf(trimmed.slice(1)), lines: [], blocks: [] };
      open.at(-1)!.blocks.push(block);
      open.push(block);
    } else open.at(-1)!.lines.push(wordsOf(trimmed));
  }
  if (open.length !== 1) throw new Error('a block is not closed');
  return top;
}

export const lineOf = (block: ReadBlock, tag: string): string[] | undefined =>
  block.lines.find(([first]) => first === tag);

/** All blocks with this tag, at any depth. */
export const blocksOf = (block: ReadBlock, tag: string): ReadBlock[] =>
  block.blocks.flatMap((one) => [...(one.words[0] === tag ? [one] : []), ...blocksOf(one, tag)]);
