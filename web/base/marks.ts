/** A part of a text: plain, or one character that would be invisible or change how its surroundings look. */
export type Segment = { text: string } | { mark: string };

/**
 * Characters that hide or reorder text: C0 and C1 controls but tab and line feed, soft hyphen, bidi controls, zero-width
 * and other invisible characters, tags, most variation selectors, and lone surrogates.
 */
const hidden =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- finding these characters is the purpose
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF0-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]|[\uD800-\uDFFF]/u;
const everyHidden = new RegExp(hidden.source, 'gu');

const nameOf = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/** The text in parts, so that characters that deceive are shown by their names. */
export function segments(text: string): Segment[] {
  if (!hidden.test(text)) return [{ text }];
  const parts: Segment[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(everyHidden)) {
    if (index > from) parts.push({ text: text.slice(from, index) });
    parts.push({ mark: nameOf(character) });
    from = index + character.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** The same as one text, for places that take no elements: titles, accessible names. */
export const markedText = (text: string): string =>
  segments(text)
    .map((part) => ('text' in part ? part.text : `[${part.mark}]`))
    .join('');

/** Cuts a long text; `cut` is the number of characters that are left out. */
export const cutText = (text: string, most: number): { text: string; cut: number } =>
  text.length <= most ? { text, cut: 0 } : { text: text.slice(0, most), cut: text.length - most };
