import * as known from './lexicon.ts';

/** A word of a text: as it was written, and in lower case without accents. */
export interface SpokenWord {
  text: string;
  plain: string;
}

/** What follows a service so and is no place: "abre web en cuanto puedas", "open web on demand". */
const noPlaces = new Set('cuanto seguida breve demand it this that now ahora'.split(' '));
/** Between a service and its place: "is web up on nas?". */
const states = new Set('up down open closed running abierto abierta cerrado cerrada'.split(' '));
const joints = new Set(['and', 'y']);

/** What has to be known to tell a host from any other word. */
export interface Around<Word> {
  /** The host that a word names, as the catalogs write it; null for any other word. */
  host(word: Word): string | null;
  isService(word: Word): boolean;
  /** Is the word with this index part of a verb, such as "on" of "turn on"? */
  isTaken?(nth: number): boolean;
  /** Words of this stretch are a time. */
  duration: { from: number; to: number } | null;
}

/**
 * Hosts that a text names, each with its word: what follows `on`, `at`, `in` or `en` and is a host, and also what is none but
 * can mean nothing else, such as `mars` in "open web on mars".
 */
export function parseHosts<Word extends SpokenWord>(
  words: readonly Word[],
  around: Around<Word>,
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
    else if (isMeant(words, nth, next, around)) found.push({ host: word.text, word });
  }
  return found;
}

const isNoun = (word: SpokenWord | undefined): boolean => known.hostNouns.has(word?.plain ?? '');

/** `nas and gpu`: those behind the first. */
function further<Word extends SpokenWord>(
  words: readonly Word[],
  first: number,
  around: Around<Word>,
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

/** Is a word that is no host meant as one? @param place index of `on` or a noun, @param next of the word */
function isMeant<Word extends SpokenWord>(
  words: readonly Word[],
  place: number,
  next: number,
  { isService, duration }: Around<Word>,
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
