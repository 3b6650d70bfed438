import type { FoundVerb } from './find-verbs.ts';
import type { TextDuration } from './parse-duration.ts';
import type { Word } from './text/tokenize.ts';
import * as known from './text/lexicon.ts';

export interface Reason {
  reason: string | null;
  /** The index of its first word; the words from here on order nothing. */
  from: number;
  /** True after `because`, which always begins a reason; `for` may begin something else. */
  certain: boolean;
  /** It names services, so it may be part of the order. */
  names: boolean;
  /** Whether a word belongs to a reason in the middle of the sentence: "for the demo for 20 minutes". */
  skipped(nth: number): boolean;
}

interface ReasonContext {
  duration: TextDuration | null;
  isName(word: Word): boolean;
  verbs: readonly FoundVerb[];
}

const sure = new Set(['because', 'porque']);
const purposes = new Set(['for', 'para']);
/** Words that begin a reason only after an order. */
const later = new Set(['to', 'so', 'since', 'as', 'pues', 'debido', 'due']);
const subjects = new Set('i we it they there the my our'.split(' '));
const longest = 500;

/** "for some time" */
const isSomeTime = (words: readonly Word[], nth: number): boolean =>
  /^(some|algun)$/.test(words[nth]!.plain) && /^(time|tiempo)$/.test(words[nth + 1]?.plain ?? '');

/** Whether the word begins a duration, even an unclear one: "for 20", "for a few minutes". */
const isCount = (plain: string): boolean =>
  /^\d/.test(plain) ||
  known.vagueTimes.has(plain) ||
  known.units.has(plain) ||
  (known.numbers.get(plain) ?? 1) !== 1;

/** The reason in a text: what follows because or porque, or for, para, to or so if that is no service and no duration. */
export function reasonOf(text: string, words: readonly Word[], around: ReasonContext): Reason {
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
  /** Whether the word stands alone: "to 'morrow" and "as suming" begin no reason. */
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
    // a duration or a service may follow the reason: "open for demo web" names the service to open
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
