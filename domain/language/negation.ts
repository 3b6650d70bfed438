import type { IntentAction } from '../../contracts/intent.ts';
import { downStates, upStates } from './phrases.ts';
import type { SpokenWord } from './parse-host.ts';
import * as known from './lexicon.ts';

/** Words of a sentence, its reason left out, and what is known of them. */
export interface Sentence<Word> {
  words: readonly Word[];
  /** What may be its reason: it orders nothing, and may yet put off what is ordered. */
  behind: readonly Word[];
  /** Words of a reason in its middle. */
  skipped(nth: number): boolean;
  /** What stands before the word with this index, back to the word before it. */
  gap(nth: number): string;
  /** The sentence ends with a question mark. */
  asks: boolean;
  isName(word: Word): boolean;
  /** Index of the word that says what is to be done; -1 where none does. */
  verb: number;
  /** Indexes of all words that belong to verbs. */
  parts: ReadonlySet<number>;
  duration: { from: number; to: number } | null;
  /** Its reason names services: what is to be done with them may be part of the order. */
  names: boolean;
  /** It has somebody's words in quotation marks, or code that is not to be run. */
  quotes: boolean;
  isAudio: boolean;
}

/**
 * Does something in the sentence turn what its verb and its names say, or put it off: "do not close web", "close all but
 * web", "open web if db is up", "close web in ten minutes", "he said open web"? What it means then is not for us to guess.
 * Such a word counts also where a service has that name: no name turns a "not" into an order. A "not" of an earlier part only
 * tells why: "web does not answer, restart it".
 */
export function isNegated<Word extends SpokenWord>(
  sentence: Sentence<Word>,
  action: IntentAction,
): boolean {
  const { words, behind, verb, duration, parts } = sentence;
  const plain = (nth: number): string => words[nth]?.plain ?? '';
  const part = partOf(sentence, verb);
  if (isLeftAlone(words)) return true;
  const turns = words.some((word, nth) => {
    if (isNegation(sentence, nth)) return nth >= part;
    if (word.text.toLowerCase() === 'si') return nth > 0; // "sí" is a yes
    if (known.reporting.has(word.plain) && !parts.has(nth)) return !sentence.isName(word);
    const isHour = /^\d/.test(word.plain) && nth !== duration?.from;
    if (isHour) return /^(at|las)$/.test(plain(nth - 1));
    // "and close it after" is the end of its time
    if (/^(after|afterwards)$/.test(word.plain)) return nth + 1 < words.length;
    return known.negators.has(word.plain) && !isHarmless(words, nth);
  });
  if (
    turns ||
    /morrow|night/.test(behind.map((word) => word.plain).join('')) ||
    behind.some((word, nth) => isTurning(behind, nth) || known.negations.has(word.plain))
  )
    return true;
  if (duration === null || duration.from >= words.length) return false;
  const [second, first] = [plain(duration.from - 1), plain(duration.from - 2)];
  const isLater =
    /^(in|en|within|after|tras)$/.test(second) || (first === 'dentro' && second === 'de');
  return isLater || /^(close_window|stop|suspend)$/.test(action);
}

const isTurning = (words: readonly SpokenWord[], nth: number): boolean =>
  (known.negators.has(words[nth]!.plain) && !isHarmless(words, nth)) ||
  words[nth]!.text.toLowerCase() === 'si';

/** "not", or the end of "don't". */
const isNegation = <Word>({ words, gap }: Sentence<Word & SpokenWord>, nth: number): boolean => {
  const { plain } = words[nth]!;
  if (known.negations.has(plain)) return true;
  return (
    plain === 't' && (/'/.test(gap(nth)) || known.cutNegations.has(words[nth - 1]?.plain ?? ''))
  );
};

const isHarmless = (words: readonly SpokenWord[], nth: number): boolean =>
  known.harmlessBehind.get(words[nth]!.plain)?.has(words[nth - 1]?.plain ?? '') === true;

/** "leave web alone", "deja web en paz". */
const isLeftAlone = (words: readonly SpokenWord[]): boolean =>
  words.some(({ plain }, nth) =>
    known.leftAlone.some(
      ([first, last]) =>
        first === plain && words.slice(nth + 1, nth + 7).some((word) => word.plain === last),
    ),
  );

/**
 * Is an order that nobody would have to confirm as plain as it can be? To open, extend or close a window, no word may be left
 * over; to run a command, none before the verb. "the ticket about web is about to close" orders nothing.
 */
export function isPlain<Word extends SpokenWord>(
  sentence: Sentence<Word>,
  action: IntentAction,
): boolean {
  const { words, verb, isName, quotes, names, isAudio, gap } = sentence;
  // one of an earlier part may yet be meant for this: "do not, I beg you, open web"
  if (quotes || names || words.some((_, nth) => isNegation(sentence, nth))) return false;
  const isSaid = (nth: number): boolean => says(sentence, nth, action);
  if (isAudio) {
    const first = words.findIndex(({ plain }) => known.audio.has(plain));
    return words
      .slice(partOf(sentence, first), first)
      .every((word, nth) => isName(word) || isSaid(nth));
  }
  if (action === 'run' && sentence.words.every((word) => !isName(word))) {
    return words
      .slice(partOf(sentence, verb), verb)
      .every((_, at) => isSaid(partOf(sentence, verb) + at));
  }
  if (!/^(open_window|close_window|extend_window|run)$/.test(action)) return true;
  const isAgain = /^(vuelve|volver|vuelva|vuelvas)$/.test(words[verb - 2]?.plain ?? '');
  if (known.articles.has(words[verb - 1]?.plain ?? '') && !isAgain) return false;
  const told = words[verb]?.plain ?? '';
  return words.every((word, nth) => {
    if (!isName(word)) return isSaid(nth);
    if (nth > verb || isHostFirst(words, nth)) return true;
    // "api: start it up", unlike "web closes" and "web open for 20 minutes"
    const isFree = nth + 1 < words.length && /[:,]/.test(gap(nth + 1));
    return (
      action !== 'close_window' &&
      (!told.endsWith('s') || told === 'needs') &&
      (isFree || sentence.duration?.from === verb || told === 'needs')
    );
  });
}

/** Does a word say nothing that a plain order would not? */
function says<Word extends SpokenWord>(
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
const isHostFirst = (words: readonly SpokenWord[], nth: number): boolean =>
  known.places.has(words[nth - 1]?.plain ?? '') || known.hostNouns.has(words[nth - 1]?.plain ?? '');

/** Where the part of a sentence begins in which a word stands: behind a comma or the like, or "so". */
function partOf<Word extends SpokenWord>({ words, gap }: Sentence<Word>, nth: number): number {
  for (let at = nth; at > 0; at -= 1) {
    if (/[.,;:!?\n]/.test(gap(at)) || /^(so|then|entonces)$/.test(words[at - 1]!.plain)) return at;
  }
  return 0;
}
