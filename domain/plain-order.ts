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
  duration: { from: number; to: number } | null;
}

/**
 * Does something in the sentence turn what its verb and its names say, or put it off: "do not close web", "close all but
 * web", "open web if db is up", "close web in ten minutes"? What it means then is not for us to guess. Such a word counts
 * also where a service has that name: no name turns a "not" into an order.
 */
export function isTurned<Word extends SpokenWord>(
  { words, gap, duration }: Sentence<Word>,
  action: IntentAction,
): boolean {
  const plain = (nth: number): string => words[nth]?.plain ?? '';
  const turns = words.some((word, nth) => {
    if (word.plain === 't') return /^['’]$/.test(gap(nth)); // don't
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

const isHarmless = (word: string, before: string): boolean =>
  known.harmlessBehind.get(word)?.has(before) === true;

/**
 * Is an order that nobody would have to confirm as plain as it can be? To close a window, no word may be left over; to
 * run a command, none before the verb. "the ticket about web is about to close" orders nothing.
 */
export function isPlain<Word extends SpokenWord>(
  { words, gap, asks, isName }: Sentence<Word>,
  action: IntentAction,
): boolean {
  const [first] = words;
  if (asks && (first === undefined || !known.politeness.has(first.plain))) return false;
  if (action === 'close_window') {
    const verb = words.findIndex((word) => !isName(word) && closes(word));
    return (
      !known.articles.has(words[verb - 1]?.plain ?? '') &&
      words.every((word, nth) =>
        isName(word) ? nth > verb || isHostFirst(words, nth) : says(word),
      )
    );
  }
  if (action === 'run') {
    const runs = known.gentle.find((row) => row.action === 'run')!.words;
    const verb = words.findIndex((word) => !isName(word) && runs.has(word.plain));
    const begin = lastBreak(words, verb, gap);
    return words.slice(begin, verb).every((word) => isName(word) || says(word));
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

/** Where the part of the sentence begins in which a word stands. */
function lastBreak(
  words: readonly SpokenWord[],
  nth: number,
  gap: (nth: number) => string,
): number {
  for (let at = nth; at > 0; at -= 1) if (/[.,;:!?\n]/.test(gap(at))) return at;
  return 0;
}
