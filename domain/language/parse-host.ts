import * as known from './text/lexicon.ts';

/** A word of a text: as written, and in lower case without accents. */
export interface TextWord {
  text: string;
  plain: string;
}

/** Words after "on", "in" or "en" that are no host: "abre web en cuanto puedas", "open web on demand". */
const noPlaces = new Set('cuanto seguida breve demand it this that now ahora'.split(' '));
/** Words between a service and its host: "is web up on nas?". */
const states = new Set('up down open closed running abierto abierta cerrado cerrada'.split(' '));
const joints = new Set(['and', 'y']);

/** What distinguishes a host from other words. */
export interface HostContext<Word> {
  /** The host that a word names, in the spelling of the catalogs; null for any other word. */
  host(word: Word): string | null;
  isService(word: Word): boolean;
  /** Whether the word with this index is part of a verb, such as "on" in "turn on". */
  isTaken?(nth: number): boolean;
  /** The range of words that are a duration. */
  duration: { from: number; to: number } | null;
}

/**
 * The hosts that a text names, each with its word: known hosts after `on`, `at`, `in` or `en`, and unknown words that can
 * only be a host, such as `mars` in "open web on mars".
 */
export function parseHosts<Word extends TextWord>(
  words: readonly Word[],
  around: HostContext<Word>,
): { host: string; word: Word }[] {
  const found: { host: string; word: Word }[] = [];
  for (const [nth, { plain }] of words.entries()) {
    if (!known.places.has(plain) && !known.hostNouns.has(plain)) continue;
    if (around.isTaken?.(nth) === true) continue;
    let next = nth + 1;
    while (known.articles.has(words[next]?.plain ?? '') || isNoun(words[next])) next += 1;
    const word = words[next];
    if (word === undefined || found.some((one) => one.word === word)) continue;
    const host = around.host(word);
    if (host !== null) found.push({ host, word }, ...further(words, next, around));
    else if (isUnknownHost(words, nth, next, around)) found.push({ host: word.text, word });
  }
  return found;
}

const isNoun = (word: TextWord | undefined): boolean => known.hostNouns.has(word?.plain ?? '');

/** The hosts after the first in a list such as `nas and gpu`. */
function further<Word extends TextWord>(
  words: readonly Word[],
  first: number,
  around: HostContext<Word>,
): { host: string; word: Word }[] {
  const found = [];
  for (let nth = first + 1; nth < words.length; nth += 1) {
    const word = words[nth]!;
    if (joints.has(word.plain)) continue;
    const host = around.isService(word) ? null : around.host(word);
    if (host === null) break;
    found.push({ host, word });
  }
  return found;
}

/** Whether an unknown word can only be a host. @param place index of `on` or a noun, @param next index of the word */
function isUnknownHost<Word extends TextWord>(
  words: readonly Word[],
  place: number,
  next: number,
  { isService, duration }: HostContext<Word>,
): boolean {
  const word = words[next]!;
  const isTime =
    /^\d/.test(word.plain) || (duration !== null && next >= duration.from && next < duration.to);
  const isOther = known.means(word.plain) || noPlaces.has(word.plain) || isService(word);
  if (isTime || isOther) return false;
  if (!known.surePlaces.has(words[place]!.plain)) return false;
  if (isNoun(words[next - 1])) return true;
  const before = words[place - 1];
  if (next !== place + 1 || before === undefined) return false;
  return isService(before) || (states.has(before.plain) && words.slice(0, place).some(isService));
}
