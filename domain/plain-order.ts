import type { IntentAction } from '../contracts/intent.ts';
import type { SpokenWord } from './spoken-host.ts';
import * as known from './words.ts';

/** Words of a sentence, its reason left out, and what is known of them. */
export interface Sentence<Word> {
  words: readonly Word[];
  /** What stands before the word with this index, back to the word before it. */
  gap(nth: number): string;
  /** The sentence ends with a question mark. */
  asks: boolean;
  isName(word: Word): boolean;
  /** Index of the word that says what is to be done; -1 where none does. */
  verb: number;
  duration: { from: number; to: number } | null;
}

/**
 * Does something in the sentence turn what its verb and its names say, or put it off: "do not close web", "close all but
 * web", "open web if db is up", "close web in ten minutes"? What it means then is not for us to guess. Such a word counts
 * also where a service has that name: no name turns a "not" into an order. A "not" of an earlier part only tells why: "web
 * does not answer, restart it".
 */
export function isTurned<Word extends SpokenWord>(
  sentence: Sentence<Word>,
  action: IntentAction,
): boolean {
  const { words, verb, duration } = sentence;
  const plain = (nth: number): string => words[nth]?.plain ?? '';
  const part = partOf(sentence, verb);
  const turns = words.some((word, nth) => {
    if (isNegation(sentence, nth)) return nth >= part;
    if (word.text.toLowerCase() === 'si') return nth > 0; // "sí" is a yes
    const isHour = /^\d/.test(word.plain) && nth !== duration?.from;
    if (isHour) return /^(at|las)$/.test(plain(nth - 1));
    return known.turning.has(word.plain) && !isHarmless(word.plain, plain(nth - 1));
  });
  if (turns || duration === null || duration.from >= words.length) return turns;
  const [second, first] = [plain(duration.from - 1), plain(duration.from - 2)];
  const isLater = /^(in|en)$/.test(second) || (first === 'dentro' && second === 'de');
  return isLater || /^(close_window|stop|suspend)$/.test(action);
}

/** "not", or the end of "don't". */
const isNegation = <Word>({ words, gap }: Sentence<Word & SpokenWord>, nth: number): boolean =>
  known.negations.has(words[nth]!.plain) || (words[nth]!.plain === 't' && /^['’]$/.test(gap(nth)));

const isHarmless = (word: string, before: string): boolean =>
  known.harmlessBehind.get(word)?.has(before) === true;

/**
 * Is an order that nobody would have to confirm as plain as it can be? To close a window, no word may be left over; to
 * run a command, none before the verb. "the ticket about web is about to close" orders nothing.
 */
export function isPlain<Word extends SpokenWord>(
  sentence: Sentence<Word>,
  action: IntentAction,
): boolean {
  const { words, asks, verb, isName } = sentence;
  // one of an earlier part may yet be meant for this: "do not, I beg you, open web"
  if (words.some((_, nth) => isNegation(sentence, nth))) return false;
  const [first] = words;
  if (asks && (first === undefined || !known.politeness.has(first.plain))) return false;
  if (action === 'close_window') {
    return (
      !known.articles.has(words[verb - 1]?.plain ?? '') &&
      words.every((word, nth) =>
        isName(word) ? nth > verb || isHostFirst(words, nth) : says(word),
      )
    );
  }
  if (action === 'run') {
    return words.slice(partOf(sentence, verb), verb).every((word) => isName(word) || says(word));
  }
  return true;
}

const closes = ({ plain }: SpokenWord): boolean =>
  known.closeVerbs.has(plain) || plain === known.powerWord;

/** Does a word say nothing that a plain order to close would not? */
const says = (word: SpokenWord): boolean =>
  closes(word) ||
  [known.fillers, known.articles, known.everything, known.beforeAll, known.aboutWindows].some(
    (set) => set.has(word.plain),
  ) ||
  known.hostNouns.has(word.plain);

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
