import { stripVTControlCharacters } from 'node:util';

/** Untrusted text without what a reader cannot see, and how many characters that were. */
export interface CleanText {
  text: string;
  removed: number;
}

/** Printable ASCII, tab and newline need no work. */
const plain = /^[\t\n\x20-\x7e]*$/;
/** The same on one line, without spaces around it. */
const plainLine = /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/;
/** Strings of DCS, SOS, PM and APC, which the terminal swallows up to their end. */
const controlStrings =
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  /(?:\u001b[PX^_]|[\u0090\u0098\u009e\u009f])[^\u001b\u009c]*(?:\u001b\\|\u009c|$)/g;
// oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Zero-width characters, marks of direction, invisible operators, the byte order mark. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]/g;
/** Tags, which spell ASCII invisibly, and the variation selectors that can carry bytes. */
const tags = /[\u{e0000}-\u{e01ef}]/gu;
const selectorRuns = /[\ufe00-\ufe0f]{2,}/g;
const lineBreaks = /[\n\t\u0085\u2028\u2029]+/g;

/**
 * Removes what a person would not see in a text, or a terminal would obey: escape sequences, control characters, marks of
 * direction, tags. The rest stays as it is, in NFC.
 */
export function cleanText(text: string): CleanText {
  if (plain.test(text)) return { text, removed: 0 };
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const clean = stripVTControlCharacters(lines.replaceAll(controlStrings, ''))
    .replaceAll(controls, '')
    .replaceAll(invisible, '')
    .replaceAll(tags, '')
    .replaceAll(selectorRuns, '')
    .toWellFormed();
  return { text: clean.normalize('NFC'), removed: lines.length - clean.length };
}

/** The same on one line, for a terminal: spaces around it stay. */
export const plainText = (text: string): string => cleanText(text).text.replaceAll(lineBreaks, ' ');

/** The same on one line, without spaces around it. */
export const cleanLine = (text: string): string =>
  plainLine.test(text) ? text : plainText(text).trim();
