import type { IntentAction } from '../../contracts/intent.ts';
import { downStates, upStates } from './text/phrases.ts';
import type { TextWord } from './parse-host.ts';
import * as known from './text/lexicon.ts';

/** The words of a sentence without its reason, and the facts about them. */
export interface Sentence<Word> {
  words: readonly Word[];
  /** The words of a possible reason: they order nothing, but may postpone the order. */
  behind: readonly Word[];
  /** Whether a word belongs to a reason in the middle of the sentence. */
  skipped(nth: number): boolean;
  /** The characters between the word with this index and the previous word. */
  gap(nth: number): string;
  /** The sentence ends with a question mark. */
  asks: boolean;
  isName(word: Word): boolean;
  /** The index of the main verb; -1 if there is none. */
  verb: number;
  /** The indexes of all words that belong to verbs. */
  parts: ReadonlySet<number>;
  duration: { from: number; to: number } | null;
  /** Its reason names services, which may be part of the order. */
  names: boolean;
  /** It contains quoted text, or code that must not run. */
  quotes: boolean;
  isAudio: boolean;
}

/**
 * Whether the sentence negates, restricts, postpones or only reports its order: "do not close web", "close all but web",
 * "open web if db is up", "close web in ten minutes", "he said open web". VX11 does not guess the meaning of such a
 * sentence. These words count even if a service has that name, so that a name cannot turn a "not" into an order. A
 * negation in an earlier clause only gives a reason: "web does not answer, restart it".
 */
export function isNegated<Word extends TextWord>(
  sentence: Sentence<Word>,
  action: IntentAction,
): boolean {
  const { words, behind, verb, duration, parts } = sentence;
  const plain = (nth: number): string => words[nth]?.plain ?? '';
  const part = partOf(sentence, verb);
  if (isLeftAlone(words)) return true;
  const negated = words.some((word, nth) => {
    if (isNegation(sentence, nth)) return nth >= part;
    if (word.text.toLowerCase() === 'si') return nth > 0; // "si" means "if"; "sí" means "yes"
    if (known.reporting.has(word.plain) && !parts.has(nth)) return !sentence.isName(word);
    const isHour = /^\d/.test(word.plain) && nth !== duration?.from;
    if (isHour) return /^(at|las)$/.test(plain(nth - 1));
    // "and close it after" refers to the end of the duration
    if (/^(after|afterwards)$/.test(word.plain)) return nth + 1 < words.length;
    return known.negators.has(word.plain) && !isHarmless(words, nth);
  });
  if (
    negated ||
    /morrow|night/.test(behind.map((word) => word.plain).join('')) ||
    behind.some((word, nth) => isNegator(behind, nth) || known.negations.has(word.plain))
  )
    return true;
  if (duration === null || duration.from >= words.length) return false;
  const [second, first] = [plain(duration.from - 1), plain(duration.from - 2)];
  const isLater =
    /^(in|en|within|after|tras)$/.test(second) || (first === 'dentro' && second === 'de');
  return isLater || /^(close_window|stop|suspend)$/.test(action);
}

const isNegator = (words: readonly TextWord[], nth: number): boolean =>
  (known.negators.has(words[nth]!.plain) && !isHarmless(words, nth)) ||
  words[nth]!.text.toLowerCase() === 'si';

/** A negation word, or the "t" of "don't". */
const isNegation = <Word>({ words, gap }: Sentence<Word & TextWord>, nth: number): boolean => {
  const { plain } = words[nth]!;
  if (known.negations.has(plain)) return true;
  return (
    plain === 't' && (/'/.test(gap(nth)) || known.cutNegations.has(words[nth - 1]?.plain ?? ''))
  );
};

const isHarmless = (words: readonly TextWord[], nth: number): boolean =>
  known.harmlessBehind.get(words[nth]!.plain)?.has(words[nth - 1]?.plain ?? '') === true;

/** "leave web alone", "deja web en paz". */
const isLeftAlone = (words: readonly TextWord[]): boolean =>
  words.some(({ plain }, nth) =>
    known.leftAlone.some(
      ([first, last]) =>
        first === plain && words.slice(nth + 1, nth + 7).some((word) => word.plain === last),
    ),
  );

/**
 * Whether a low-risk order is unambiguous. To open, extend or close a window, every word must be understood; to run a
 * command, every word before the verb. "the ticket about web is about to close" is not an order.
 */
export function isPlain<Word extends TextWord>(
  sentence: Sentence<Word>,
  action: IntentAction,
): boolean {
  const { words, verb, isName, quotes, names, isAudio, gap } = sentence;
  // a negation in an earlier clause may still apply: "do not, I beg you, open web"
  if (quotes || names || words.some((_, nth) => isNegation(sentence, nth))) return false;
  const isNeutralAt = (nth: number): boolean => isNeutral(sentence, nth, action);
  if (isAudio) {
    const first = words.findIndex(({ plain }) => known.audio.has(plain));
    return words
      .slice(partOf(sentence, first), first)
      .every((word, nth) => isName(word) || isNeutralAt(nth));
  }
  if (action === 'run' && sentence.words.every((word) => !isName(word))) {
    return words
      .slice(partOf(sentence, verb), verb)
      .every((_, at) => isNeutralAt(partOf(sentence, verb) + at));
  }
  if (!/^(open_window|close_window|extend_window|run)$/.test(action)) return true;
  const isAgain = /^(vuelve|volver|vuelva|vuelvas)$/.test(words[verb - 2]?.plain ?? '');
  if (known.articles.has(words[verb - 1]?.plain ?? '') && !isAgain) return false;
  const verbWord = words[verb]?.plain ?? '';
  return words.every((word, nth) => {
    if (!isName(word)) return isNeutralAt(nth);
    if (nth > verb || isHostFirst(words, nth)) return true;
    // "api: start it up", unlike "web closes" and "web open for 20 minutes"
    const isFree = nth + 1 < words.length && /[:,]/.test(gap(nth + 1));
    return (
      action !== 'close_window' &&
      (!verbWord.endsWith('s') || verbWord === 'needs') &&
      (isFree || sentence.duration?.from === verb || verbWord === 'needs')
    );
  });
}

/** Whether a word adds nothing to a plain order. */
function isNeutral<Word extends TextWord>(
  sentence: Sentence<Word>,
  nth: number,
  action: IntentAction,
): boolean {
  const { words, parts, duration, gap } = sentence;
  const { plain } = words[nth]!;
  if (parts.has(nth) || sentence.skipped(nth)) return true;
  if (duration !== null && nth >= duration.from && nth < duration.to) return true;
  if (known.clipped.has(plain)) {
    const before = words[nth - 1];
    return (
      gap(nth) === "'" &&
      before !== undefined &&
      (known.beforeClip.has(before.plain) || (plain === 's' && sentence.isName(before)))
    );
  }
  const opens = action !== 'close_window';
  if (opens ? upStates.has(plain) : downStates.has(plain)) return true;
  if (opens && downStates.has(plain) && !known.fillers.has(plain)) return false;
  if (plain === 'u') return known.modals.has(words[nth - 1]?.plain ?? '');
  if (plain === 'go') return words[nth + 1]?.plain === 'ahead';
  return [
    known.fillers,
    known.articles,
    known.everything,
    known.beforeAll,
    known.aboutWindows,
    known.hostNouns,
  ].some((set) => set.has(plain));
}

/** "on nas, close web" */
const isHostFirst = (words: readonly TextWord[], nth: number): boolean =>
  known.places.has(words[nth - 1]?.plain ?? '') || known.hostNouns.has(words[nth - 1]?.plain ?? '');

/** The index at which the clause of a word begins: after punctuation, "so" or "then". */
function partOf<Word extends TextWord>({ words, gap }: Sentence<Word>, nth: number): number {
  for (let at = nth; at > 0; at -= 1) {
    if (/[.,;:!?\n]/.test(gap(at)) || /^(so|then|entonces)$/.test(words[at - 1]!.plain)) return at;
  }
  return 0;
}
