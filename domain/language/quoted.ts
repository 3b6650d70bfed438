import { findDuration, isTimeWord } from './parse-duration.ts';
import { articles } from './text/lexicon.ts';
import { quotesIn, wordsOf, type Word } from './text/tokenize.ts';

const codeForm = /`([^`]{1,4000})`/;
const runWords = new Set(
  'run execute perform ejecuta ejecutar ejecute ejecutes corre correr'.split(' '),
);

/**
 * Replaces text between backticks by spaces, so that all other positions stay the same. Between backticks is code, or the
 * name of a service.
 */
export function codeIn(
  whole: string,
  services: ReadonlySet<string>,
): { text: string; code: string | null } {
  const found = codeForm.exec(whole);
  const code = found?.[1]?.trim() || null;
  if (found === null) return { text: whole, code };
  const blank = (inside: string): string =>
    whole.slice(0, found.index) + inside + whole.slice(found.index + found[0].length);
  const runs = wordsOf(blank(' '.repeat(found[0].length))).some(({ plain }) => runWords.has(plain));
  if (code !== null && services.has(code) && !runs)
    return { text: blank(` ${found[1]!} `), code: null };
  return { text: blank(' '.repeat(found[0].length)), code };
}

/** The words of a text outside quotation marks. A quoted name or duration is not removed. */
export function wordsOutsideQuotes(
  text: string,
  isName: (word: Word) => boolean,
): { words: Word[]; quotes: boolean; firstQuote: number } {
  const words = wordsOf(text);
  const opaque = quotesIn(text).filter(({ from, to }) => {
    const inside = words.filter(({ at }) => at > from && at < to);
    const time = findDuration(inside.map(({ plain }) => plain));
    return !inside.every(
      (word, nth) =>
        isName(word) ||
        articles.has(word.plain) ||
        /^(and|y)$/.test(word.plain) ||
        isTimeWord(time, nth),
    );
  });
  if (opaque.length === 0) return { words, quotes: false, firstQuote: Infinity };
  const own = words.filter(({ at }) => !opaque.some(({ from, to }) => at > from && at < to));
  return { words: own, quotes: true, firstQuote: opaque[0]!.from };
}
