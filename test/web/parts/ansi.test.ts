import { describe, expect, test } from 'vitest';
import { parseAnsi } from '../../../web/parts/log/ansi.ts';
import { plainStyle } from '../../../web/parts/log/ansi-style.ts';

const pieces = (text: string) => parseAnsi(text, plainStyle).pieces;
const plain = (text: string): string =>
  pieces(text)
    .map((piece) => piece.text)
    .join('');

describe('a line with escapes', () => {
  test('keeps its text, and has its colours as classes', () => {
    expect(pieces('\u001B[1;31mbad\u001B[0m fine')).toEqual([
      { text: 'bad', classes: 'bold red' },
      { text: ' fine', classes: '' },
    ]);
    expect(pieces('\u001B[92;44mx')).toEqual([{ text: 'x', classes: 'green on-blue' }]);
  });
  test('shows colours of larger palettes as the nearest of the eight', () => {
    expect(pieces('\u001B[38;5;196mx')[0]!.classes).toBe('red');
    expect(pieces('\u001B[38;2;10;200;20mx')[0]!.classes).toBe('green');
    expect(pieces('\u001B[48;5;21mx')[0]!.classes).toBe('on-blue');
  });
  test.each([
    ['a title', '\u001B]0;evil\u0007after'],
    ['a link', '\u001B]8;;http://evil\u001B\\after\u001B]8;;\u001B\\'],
    ['a cursor move', '\u001B[2J\u001B[10;20Hafter'],
    ['a device string', '\u001BPevil\u001B\\after'],
  ])('loses %s', (_, text) => expect(plain(text)).toBe('after'));
  test('hands its style on to the next line', () => {
    const { style } = parseAnsi('\u001B[31mred', plainStyle);
    expect(parseAnsi('still', style).pieces).toEqual([{ text: 'still', classes: 'red' }]);
  });
});
