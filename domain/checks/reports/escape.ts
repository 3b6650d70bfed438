// what XML 1.0 does not allow: control characters, lone surrogates, and the last two code points of the plane
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for XML or HTML, in which every character that XML 1.0 does not allow is replaced. */
export const escaped = (text: string): string =>
  text.replace(forbidden, '\uFFFD').replace(/[&<>"']/g, (character) => entities[character]!);
