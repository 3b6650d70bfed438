import { expect, test } from 'vitest';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import { withoutEachPart } from '../../../domain/patches/parts.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');
const file = (before: string, after: string, mode = 0o644): PatchedFile => ({
  path: 'a.yaml',
  before: { text: before, mode: 0o644 },
  after: { text: after, mode },
});
const textsOf = (files: readonly PatchedFile[]) =>
  withoutEachPart(files).map(({ part, files: rest }) => [
    part,
    ...rest.map((one) => one.after.text),
  ]);

test('a patch of one part has nothing to leave out', () => {
  expect(withoutEachPart([file('a\n', 'b\n')])).toEqual([]);
});

test('each run of changed lines is left out once', () => {
  const before = lines('1', '2', '3', '4', '5');
  expect(textsOf([file(before, lines('1', 'two', '3', '4', 'five'))])).toEqual([
    ['a.yaml:2', lines('1', '2', '3', '4', 'five')],
    ['a.yaml:5', lines('1', 'two', '3', '4', '5')],
  ]);
});

test('a mode, and a new file, are parts too', () => {
  const created: PatchedFile = {
    path: 'new.txt',
    before: null,
    after: { text: 'x\n', mode: 0o644 },
  };
  expect(textsOf([file('a\r\n', 'b\r\n', 0o755), created])).toEqual([
    ['a.yaml:1', 'a\r\n', 'x\n'],
    ['the mode of a.yaml', 'b\r\n', 'x\n'],
    ['new.txt', 'b\r\n'],
  ]);
});

test('all line ends of a script are one part, and what only git reads is none', () => {
  const attributes: PatchedFile = {
    path: '.gitattributes',
    before: null,
    after: { text: '*.sh text eol=lf\n', mode: 0o644 },
  };
  expect(withoutEachPart([file('a\r\nb\nc\r\n', 'a\nb\nc\n'), attributes])).toEqual([]);
});
