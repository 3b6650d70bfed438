import { expect, test } from 'vitest';
import { cutText, markedText, segments } from '../../../web/base/marks.ts';

test('plain text stays one piece', () => {
  expect(segments('Grüße, 東京 ❤️')).toEqual([{ text: 'Grüße, 東京 ❤️' }]);
});

test.each([
  ['a right-to-left override', 'demo\u202Eomed', 'demo[U+202E]omed'],
  ['a zero-width space', 'ad\u200Bmin', 'ad[U+200B]min'],
  ['an escape', '\u001B[31mred', '[U+001B][31mred'],
  ['NUL', 'a\u0000b', 'a[U+0000]b'],
  ['a soft hyphen', 'a\u00ADb', 'a[U+00AD]b'],
  ['an isolate', '\u2066x\u2069', '[U+2066]x[U+2069]'],
  ['a tag character', 'a\u{E0061}b', 'a[U+E0061]b'],
  ['a lone surrogate', 'a\uD800b', 'a[U+D800]b'],
])('%s is shown by its name', (_, text, shown) => expect(markedText(text)).toBe(shown));

test('lines and tabs stay', () => expect(markedText('a\n\tb')).toBe('a\n\tb'));

test('a long text is cut, and its rest is counted', () => {
  expect(cutText('x'.repeat(1_000_000), 2000)).toMatchObject({ cut: 998_000 });
  expect(cutText('short', 2000)).toEqual({ text: 'short', cut: 0 });
});
