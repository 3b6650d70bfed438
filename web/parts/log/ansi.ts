import { styled, classesOf, type Style } from './ansi-style.ts';

/** A piece of a line in one style. `classes` are names such as `bold`, `red`, `on-blue`; empty for plain text. */
export interface Piece {
  text: string;
  classes: string;
}

/** Escape sequences (ECMA-48): CSI, OSC and other strings up to their terminator, and two-character ones. */
const escape =
  // oxlint-disable-next-line no-control-regex -- these are the characters that escapes begin and end with
  /\u001B(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\|$)|[ -/]*[0-~])|\u009B([0-?]*)[ -/]*([@-~])/g;

/** One line as pieces of text with their styles; every escape that sets no style is dropped. */
export function parseAnsi(line: string, from: Style): { pieces: Piece[]; style: Style } {
  let style = from;
  const pieces: Piece[] = [];
  let place = 0;
  const add = (text: string): void => {
    if (text !== '') pieces.push({ text, classes: classesOf(style) });
  };
  for (const match of line.matchAll(escape)) {
    add(line.slice(place, match.index));
    place = match.index + match[0].length;
    const [, csi, csiEnd, c1, c1End] = match;
    if ((csiEnd ?? c1End) === 'm') style = styled(style, csi ?? c1 ?? '');
  }
  add(line.slice(place));
  return { pieces, style };
}
