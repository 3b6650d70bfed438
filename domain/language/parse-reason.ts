import type { FoundVerb } from './find-verbs.ts';
import type { SpokenDuration } from './parse-duration.ts';
import type { Word } from './tokenize.ts';
import * as known from './lexicon.ts';

export interface Reason {
  reason: string | null;
  /** Index of the word with which it begins: what is behind it orders nothing. */
  from: number;
  /** `because` says for sure that a reason follows; `for` may be anything. */
  certain: boolean;
  /** It names services, and may be more than a reason. */
  names: boolean;
  /** Does a word belong to a reason in the middle of the sentence: "for the demo for 20 minutes"? */
  skipped(nth: number): boolean;
}

interface Around {
  duration: SpokenDuration | null;
  isName(word: Word): boolean;
  verbs: readonly FoundVerb[];
}

const sure = new Set(['because', 'porque']);
const purposes = new Set(['for', 'para']);
/** They say what for where something is ordered already. */
const later = new Set(['to', 'so', 'since', 'as', 'pues', 'debido', 'due']);
const subjects = new Set('i we it they there the my our'.split(' '));
const longest = 500;

/** "for some time" */
const isSomeTime = (words: readonly Word[], nth: number): boolean =>
  /^(some|algun)$/.test(words[nth]!.plain) && /^(time|tiempo)$/.test(words[nth + 1]?.plain ?? '');

/** "for 20", "for a few minutes": a time, however unclear. */
const isCount = (plain: string): boolean =>
  /^\d/.test(plain) ||
  known.vagueTimes.has(plain) ||
  known.units.has(plain) ||
  (known.numbers.get(plain) ?? 1) !== 1;

/** What follows because or porque; or what follows for, para, to or so, where that is no service and no time. */
export function reasonOf(text: string, words: readonly Word[], around: Around): Reason {
  const none = { skipped: () => false, certain: false, names: false };
  const endOf = (nth: number): number => words[nth]!.to;
  const between = (from: number, to?: number): string | null =>
    text
      .slice(from, to)
      .replace(/^[\s:,]+/, '')
      .trim()
      .slice(0, longest) || null;
  const because = words.findIndex(({ plain }) => sure.has(plain));
  if (because !== -1) {
    return { ...none, reason: between(endOf(because)), from: because, certain: true };
  }
  const { duration, isName, verbs } = around;
  const taken = new Set(verbs.filter(({ soft }) => !soft).flatMap(({ parts }) => parts));
  /** "to 'morrow" and "as suming" are no reasons. */
  const isApart = (nth: number): boolean => {
    const isWhole = /^[\s:,"\u201c\u00ab]*$/.test(text.slice(endOf(nth), words[nth + 1]?.at));
    return isWhole && (words[nth]!.plain !== 'as' || subjects.has(words[nth + 1]?.plain ?? ''));
  };
  const firstName = words.findIndex(isName);
  for (const [nth, { plain }] of words.entries()) {
    const isLate =
      later.has(plain) &&
      firstName !== -1 &&
      nth > firstName &&
      verbs.some((verb) => verb.nth < nth);
    if (nth === 0 || taken.has(nth) || !isApart(nth) || (!purposes.has(plain) && !isLate)) continue;
    let next = nth + 1;
    while (next < words.length && known.articles.has(words[next]!.plain) && next !== duration?.from)
      next += 1;
    const word = words[next];
    if (word === undefined || isName(word) || isCount(word.plain) || isSomeTime(words, next))
      continue;
    if (duration !== null && next >= duration.from && next < duration.to) continue;
    // a time or a service may come behind it: "open for demo web" names what to open
    const namesLater = words.slice(next).some(isName);
    if (!namesLater && (duration === null || duration.from < nth)) {
      return { ...none, reason: between(endOf(nth)), from: nth };
    }
    if (isLate && (duration === null || duration.from < nth)) {
      return { ...none, reason: between(endOf(nth)), from: nth, names: namesLater };
    }
    if (namesLater || duration === null) continue;
    const to = duration.from - 1;
    if (!known.beforeTime.has(words[to]!.plain)) continue;
    const isVerb = verbs.some((verb) => !verb.soft && verb.nth > nth && verb.nth < to);
    if (isVerb || to <= next) continue;
    const skipped = (at: number): boolean => at >= nth && at < to;
    return {
      ...none,
      reason: between(endOf(nth), words[to]!.at),
      from: words.length,
      skipped,
    };
  }
  return { ...none, reason: null, from: words.length };
}
