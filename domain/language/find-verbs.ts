import { phrasesFrom, type Phrase, type Wanted } from './text/phrases.ts';
import type { TextWord } from './parse-host.ts';
import * as known from './text/lexicon.ts';

/** A verb in a text, with all words that belong to it: "turn" and "on" in "turn web on". */
export interface FoundVerb {
  wants: Wanted;
  nth: number;
  parts: readonly number[];
  /** It counts only if there is no other verb: "I need to close web" closes. */
  soft: boolean;
}

/** What distinguishes verbs from names. */
export interface VerbContext {
  isName(word: TextWord): boolean;
  isHost(word: TextWord): boolean;
  /** The characters between the word with this index and the previous word. */
  gap(nth: number): string;
}

/** How many words after the head a tail may begin. */
const farthest = 16;
const between = new Set(
  'it them this that these those me us please now just for with lo la los las le les me nos por a de to more'.split(
    ' ',
  ),
);
const soft = new Set<Wanted>(['need', 'give', 'add']);

/** All verbs of a text, in order. */
export function findVerbs(words: readonly TextWord[], around: VerbContext): FoundVerb[] {
  const found: FoundVerb[] = [];
  const taken = new Set<number>();
  for (const [nth, word] of words.entries()) {
    if (taken.has(nth)) continue;
    const verb = verbAt(words, nth, around);
    if (verb === null || (around.isName(word) && !isVerb(words, verb, around, found))) continue;
    for (const part of verb.parts) taken.add(part);
    found.push(verb);
  }
  return found;
}

function verbAt(words: readonly TextWord[], nth: number, around: VerbContext): FoundVerb | null {
  const { plain } = words[nth]!;
  // "para web" stops it, "para la demo" gives a purpose
  if (plain === 'para' && begins(words, nth, around) && nextIsName(words, nth, around.isName)) {
    return { wants: 'stop', nth, parts: [nth], soft: false };
  }
  // "the opening" is a noun
  if (plain.endsWith('ing') && known.articles.has(words[nth - 1]?.plain ?? '')) return null;
  if (plain === 'que' && !asksWhat(words, nth, around)) return null;
  const isState = known.copulas.has(words[nth - 1]?.plain ?? '');
  for (const phrase of phrasesFrom(plain)) {
    const parts = partsOf(words, nth, phrase, around);
    if (parts === null || (isState && phrase.head.length === 1 && isPower(phrase.wants))) continue;
    const { wants, tail } = phrase;
    return { wants, nth, parts, soft: soft.has(wants) && tail.length === 0 };
  }
  return null;
}

/** "¿qué hay?", unlike "quiero que abras web". */
const asksWhat = (words: readonly TextWord[], nth: number, { gap }: VerbContext): boolean =>
  nth === 0 ||
  /[^\s]/.test(gap(nth)) ||
  /^(por|y|a|hola|oye|dime|madre)$/.test(words[nth - 1]!.plain);

/** Verbs that describe a state after a copula: "web is open" is no order. */
const isPower = (wants: Wanted): boolean =>
  /^(open_window|close_window|keep|extend_window)$/.test(wants);

/** The indexes of the phrase's words if it begins at `nth`; otherwise null. */
function partsOf(
  words: readonly TextWord[],
  nth: number,
  { wants, head, tail }: Phrase,
  { isName, isHost }: VerbContext,
): number[] | null {
  const stands = (from: number, wanted: readonly string[]): boolean =>
    wanted.every((one, at) => words[from + at]?.plain === one);
  if (!stands(nth, head)) return null;
  const parts = head.map((_, at) => nth + at);
  if (tail.length === 0) return parts;
  const begin = nth + head.length;
  for (let at = begin; at < Math.min(words.length, begin + farthest); at += 1) {
    // in "hold web on nas", "on" begins a place; in "turn web on", it belongs to the verb
    const isPlace = (wants === 'keep' || wants === 'need') && known.places.has(tail[0]!);
    const behind = words[at + tail.length];
    if (isPlace && behind !== undefined && isHost(behind)) continue;
    if (stands(at, tail)) return [...parts, ...tail.map((_, more) => at + more)];
    const word = words[at]!;
    if (!isName(word) && !isHost(word) && !liesBetween(word.plain)) return null;
  }
  return null;
}

const liesBetween = (plain: string): boolean =>
  between.has(plain) ||
  known.articles.has(plain) ||
  known.everything.has(plain) ||
  known.places.has(plain) ||
  known.hostNouns.has(plain) ||
  known.aboutWindows.has(plain) ||
  known.numbers.has(plain) ||
  known.units.has(plain) ||
  known.more.has(plain) ||
  /^\d/.test(plain) ||
  plain === 'and' ||
  plain === 'y';

/**
 * Whether a word that is also a service's name is used as a verb. It is if an order begins with it and a name follows:
 * "stop web". After another verb it is a name: "open stop". Alone it is a verb, so that a service's name cannot lower a
 * risk.
 */
function isVerb(
  words: readonly TextWord[],
  { nth, parts, wants }: FoundVerb,
  around: VerbContext,
  before: readonly FoundVerb[],
): boolean {
  if (!begins(words, nth, around)) return false;
  const last = parts.findLastIndex((part, at) => part === nth + at);
  const follows =
    nextIsName(words, parts[last]!, around.isName) ||
    words.some((word, at) => at > nth && at < parts.at(-1)! && around.isName(word));
  if (follows) return true;
  const alone = words.every((word, at) => at === nth || !around.isName(word));
  return alone && before.length === 0 && !/^(list|analyze|help|give|need|add)$/.test(wants);
}

/** Whether an order begins with this word; filler words before it do not count. */
function begins(words: readonly TextWord[], nth: number, { gap }: VerbContext): boolean {
  for (let at = nth; at > 0; at -= 1) {
    const { plain } = words[at - 1]!;
    if (/[.,;:!?\n]/.test(gap(at)) || plain === 'and' || plain === 'y') return true;
    if (!known.fillers.has(plain)) return false;
  }
  return true;
}

/** Whether a name follows, possibly after articles. */
export function nextIsName<Word extends TextWord>(
  words: readonly Word[],
  nth: number,
  isName: (word: Word) => boolean,
): boolean {
  const next = words.slice(nth + 1, nth + 8).find(({ plain }) => !known.articles.has(plain));
  return next !== undefined && isName(next);
}

/** The action that a text orders, and the index of its verb. */
export type Verb = Pick<FoundVerb, 'nth' | 'parts'> & {
  action: Exclude<Wanted, 'keep' | 'need' | 'give' | 'add'>;
};

/** The duration in a text, if it has one. */
interface Timed {
  from: number;
  more: boolean;
}

/**
 * The main verb of a sentence. Opening and closing take precedence; otherwise the first verb decides: "tell me how to
 * stop" stops nothing.
 */
export function verbOf(
  words: readonly TextWord[],
  found: readonly FoundVerb[],
  { isName, timed }: { isName(word: TextWord): boolean; timed: Timed | null },
): Verb | null {
  const hard = found.filter((verb) => !verb.soft);
  const power = hard.find(({ wants }) => isPower(wants) || wants === 'need');
  const first = firstOther(words, hard);
  const isAsked = first?.action === 'list' || first?.action === 'help';
  if (isAsked && (power === undefined || first.nth < power.nth)) return first;
  const others = hard.filter(
    ({ wants }) => !/^(open_window|keep|need|extend_window|run)$/.test(wants),
  );
  if (timed?.more === true && others.length === 0 && words.some(isName)) {
    const { nth, parts } = hard[0] ?? found[0] ?? { nth: timed.from, parts: [] };
    return { action: 'extend_window', nth, parts };
  }
  if (power !== undefined) {
    const { wants } = power;
    const held = hard.find((verb) => verb.wants === 'keep');
    if (
      held !== undefined &&
      timed === null &&
      wants !== 'close_window' &&
      wants !== 'extend_window'
    ) {
      return { ...held, action: 'hold' };
    }
    const action = wants === 'close_window' || wants === 'extend_window' ? wants : 'open_window';
    return { ...power, action };
  }
  if (first !== null) return first;
  const weak = found.find(({ wants, parts }) => {
    if (wants === 'need') return nextIsName(words, parts.at(-1)!, isName);
    return timed !== null && words.some(isName) && (wants === 'give' || wants === 'add');
  });
  if (weak === undefined) return null;
  return { ...weak, action: weak.wants === 'add' ? 'extend_window' : 'open_window' };
}

/** The first verb that neither opens nor closes, or the question word if that comes first. */
function firstOther(words: readonly TextWord[], hard: readonly FoundVerb[]): Verb | null {
  const question = questionAt(words);
  const verb = hard.find(({ wants }) => !isPower(wants) && wants !== 'need');
  if (question !== null && (verb === undefined || question <= verb.nth)) {
    return { action: 'list', nth: question, parts: [] };
  }
  if (verb === undefined) return null;
  return { ...verb, action: verb.wants as Verb['action'] };
}

/** The index of the question word with which the sentence begins; null if it does not begin as a question. */
function questionAt(words: readonly TextWord[]): number | null {
  for (const [nth, { plain }] of words.entries()) {
    const next = words[nth + 1]?.plain ?? '';
    const isDo = plain === 'do' && /^(i|we|you|they)$/.test(next);
    // "you are great"
    const isAfterYou = words[nth - 1]?.plain === 'you';
    if ((known.questions.has(plain) && !isAfterYou) || isDo) return nth;
    // "can you" and "you can", unlike "can web"
    const isToYou = /^(you|u)$/.test(next) || isAfterYou;
    // "can I get web?" is a request
    const isWish = /^(i|we)$/.test(next) && /^(get|have)$/.test(words[nth + 2]?.plain ?? '');
    if (known.modals.has(plain) && !isToYou && !isWish) return nth;
    if (!known.politeness.has(plain)) return null;
  }
  return null;
}
