import { destructive, destructivePhrases } from './text/lexicon.ts';
import type { Word } from './text/tokenize.ts';

/** The index of the first destructive word; -1 if there is none. */
export function destroysAt(words: readonly Word[]): number {
  return words.findIndex(({ plain }, nth) => {
    if (destructive.has(plain)) return true;
    const near = words.slice(nth + 1, nth + 8);
    return destructivePhrases.some(
      ([first, last]) => first === plain && near.some((word) => word.plain === last),
    );
  });
}

/** Whether a word is the destructive verb and not its target: "delete web" deletes web even if a service is named delete. */
export const isDestroying = (
  words: readonly Word[],
  nth: number,
  first: number,
  isName: (word: Word) => boolean,
): boolean =>
  nth === first &&
  words.some((word, at) => at !== nth && isName(word)) &&
  destructive.has(words[nth]!.plain);
