import type { PatchedFile } from '../../patches/edit.ts';
import { changedLines } from '../../patches/unified-diff.ts';
import { weakening, type Weakening } from './word.ts';

/** Words that stand in tests and programs alike. */
export const common = new Set(
  'ok true false none null utf-8 utf8 utf_8 get post put delete head options text/plain text/html application/json content-type error status __main__ localhost 127.0.0.1 0.0.0.0 200 201 204 301 302 304 400 401 403 404 500 503 10 100 1000 60 24'.split(
    ' ',
  ),
);

/** Texts in quotes of two characters and more, numbers of two digits and more, the right side of a condition. */
export function literalsOf(text: string): string[] {
  const quoted = [...text.matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)].map(([, , one]) => one!);
  const numbers = [...text.matchAll(/(?<![\w.:#])-?\d+(?:\.\d+)?(?![\w.:])/g)].map(([one]) => one);
  const right = /(?:==|!=|<=|>=|<|>)\s+(?<right>[^\s'"].*)$/.exec(text.includes('\n') ? '' : text);
  const inner = quoted.flatMap((one) =>
    [...one.matchAll(/-?\d+(?:\.\d+)?|[\p{L}\d_-]{4,}/gu)].map(([part]) => part),
  );
  return [
    ...quoted.filter((one) => one.trim().length >= 2),
    ...inner.filter((one) => /\d/.test(one) && one.replace(/\D/g, '').length >= 2),
    ...numbers.filter((one) => one.replace(/\D/g, '').length >= 2),
    ...[right?.groups?.['right'] ?? ''].filter((one) => one.length >= 2),
  ];
}

/** Values that a check expects, and that the change writes into the program. */
export function hardCoded(file: PatchedFile, expected: ReadonlySet<string>): Weakening[] {
  const known = new Set(
    literalsOf(file.before?.text ?? '').concat(wordsOf(file.before?.text ?? '')),
  );
  const { added } = changedLines(file);
  const found = added
    .filter(({ text }) => !/^\s*(?:#|\/\/|\*|import\b|from\b)/.test(text))
    .flatMap(({ text }) => literalsOf(text))
    .find((one) => expected.has(one) && !known.has(one));
  return found === undefined
    ? []
    : [
        weakening(
          'answer_hard_coded',
          file.path,
          `it contains ${JSON.stringify(found.slice(0, 60))}, which a test expects`,
        ),
      ];
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\d_.-]+/gu) ?? [];
