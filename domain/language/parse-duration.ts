import type { TextWord } from './parse-host.ts';
import { beforeTime, halves, more, numbers, units, vagueTimes } from './text/lexicon.ts';

/** A duration in a text, and the position of its words. */
export interface TextDuration {
  seconds: number;
  /** The index of its first word, and the index after its last word. */
  from: number;
  to: number;
  /** It adds to the present duration: "another 5 minutes". */
  more: boolean;
}

const compact = /^(?:\d{1,6}[wdhms]){1,4}$/;
const joined = /^(\d{1,6})-?([a-z]{1,8})$/;
const plainNumber = /^\d{1,6}(?:\.\d{1,3})?$/;
const quarters = new Set(['quarter', 'quarters', 'cuarto', 'cuartos']);
const few = new Set(['couple', 'par']);

/** The seconds of a single word such as `90s`, `1h30m` or `20min`; null for any other word. */
function oneWord(word: string): number | null {
  if (compact.test(word)) {
    const parts = word.match(/\d+[wdhms]/g) ?? [];
    return parts.reduce((sum, one) => sum + Number(one.slice(0, -1)) * units.get(one.at(-1)!)!, 0);
  }
  const [, amount, name] = joined.exec(word) ?? [];
  const unit = name === undefined ? undefined : units.get(name);
  return unit === undefined ? null : Number(amount) * unit;
}

type Part = { seconds: number; to: number; more: boolean };

/** The number at this position: `20`, `veinte`, `twenty five`, `forty-five`, `treinta y cinco`. */
function amountAt(words: readonly string[], at: number): { amount: number; to: number } | null {
  const word = words[at] ?? '';
  const [tens = '', ones = ''] = word.split('-');
  const compound = (numbers.get(tens) ?? 0) + (numbers.get(ones) ?? 0);
  if (ones !== '' && numbers.has(tens) && numbers.has(ones))
    return { amount: compound, to: at + 1 };
  if (plainNumber.test(word)) return { amount: Number(word), to: at + 1 };
  const first = numbers.get(word);
  if (first === undefined) return null;
  const isTens = first >= 20 && first < 100 && first % 10 === 0;
  const next = words[at + 1] === 'y' ? at + 2 : at + 1;
  const rest = isTens ? (numbers.get(words[next] ?? '') ?? 0) : 0;
  if (rest > 0 && rest < 10) return { amount: first + rest, to: next + 1 };
  if (words[at + 1] === 'hundred' && first < 10) return { amount: first * 100, to: at + 2 };
  return { amount: first, to: at + 1 };
}

const skip = (words: readonly string[], at: number, set: ReadonlySet<string>): number => {
  let next = at;
  while (set.has(words[next] ?? '')) next += 1;
  return next;
};
const smallWords = new Set(['of', 'an', 'a', 'de', 'una', 'un']);

/** The amount with its unit at this position: `20 minutes`, `dos horas`, `half an hour`, `1h30m`, `another hour`. */
function part(words: readonly string[], start: number): Part | null {
  let at = skip(words, start, more);
  const isMore = at > start;
  if (isMore && words[at] === 'of') at += 1;
  const found = whole(words, at, isMore);
  if (found === null) return null;
  const to = skip(words, found.to, more);
  return { ...found, to, more: isMore || found.more || to > found.to };
}

function whole(words: readonly string[], at: number, isMore: boolean): Part | null {
  const word = words[at];
  if (word === undefined) return null;
  const alone = oneWord(word);
  if (alone !== null) return { seconds: alone, to: at + 1, more: false };
  const bare = units.get(word);
  // "another hour", "hora y media"
  if (bare !== undefined && word.length > 2) {
    const half = halfBehind(words, at + 1);
    if (half !== null) return { seconds: bare * (1 + half.share), to: half.to, more: false };
    return isMore ? { seconds: bare, to: at + 1, more: false } : null;
  }
  const share = shareOf(words, at);
  if (share !== null) {
    const next = skip(words, share.to, more);
    const unit = units.get(words[skip(words, next, smallWords)] ?? '');
    if (unit === undefined) return null;
    return {
      seconds: unit * share.share,
      to: skip(words, next, smallWords) + 1,
      more: next > share.to,
    };
  }
  const amount = amountAt(words, at);
  if (amount === null) return null;
  const next = skip(words, amount.to, more);
  const unit = units.get(words[next] ?? '');
  if (unit === undefined) return null;
  const half = halfBehind(words, next + 1);
  const seconds = (amount.amount + (half?.share ?? 0)) * unit;
  return { seconds, to: half?.to ?? next + 1, more: next > amount.to };
}

/** The fraction or multiple of a unit: `half`, `media`, `a quarter of`, `tres cuartos de`, `a couple of`. */
function shareOf(words: readonly string[], at: number): { share: number; to: number } | null {
  if (halves.has(words[at] ?? '')) return { share: 0.5, to: at + 1 };
  const count = numbers.get(words[at] ?? '');
  const [name = '', noun] = count === undefined ? [words[at], at + 1] : [words[at + 1], at + 2];
  if (quarters.has(name)) return { share: (count ?? 1) / 4, to: noun };
  if (few.has(name) && (count ?? 1) === 1) return { share: 2, to: noun };
  return count === 1 && halves.has(name) ? { share: 0.5, to: noun } : null;
}

/** `and a half`, `y media` or `y cuarto` after a unit. */
function halfBehind(words: readonly string[], at: number): { share: number; to: number } | null {
  if (!/^(and|y)$/.test(words[at] ?? '')) return null;
  const next = skip(words, at + 1, smallWords);
  const isHalf = halves.has(words[next] ?? '');
  if (!isHalf && !quarters.has(words[next] ?? '')) return null;
  // "1 hour and half a minute" is two parts
  if (units.has(words[skip(words, next + 1, smallWords)] ?? '')) return null;
  return { share: isHalf ? 0.5 : 0.25, to: next + 1 };
}

/** The first duration in these words (lower case, no accents), as the sum of its parts; null if there is none. */
export function findDuration(words: readonly string[]): TextDuration | null {
  for (let from = 0; from < words.length; from += 1) {
    const first = part(words, from);
    if (first === null) continue;
    let { seconds, to, more: isMore } = first;
    for (;;) {
      const joint = /^(and|y)$/.test(words[to] ?? '') ? to + 1 : to;
      const next = part(words, joint);
      if (next === null) break;
      seconds += next.seconds;
      isMore ||= next.more;
      to = next.to;
    }
    const rounded = Math.round(seconds);
    if (rounded > 0) return { seconds: rounded, from, to, more: isMore };
    from = to - 1;
  }
  return null;
}

/** Whether the words mention a time that could not be parsed: "for some odd minutes". */
export const mentionsTime = (words: readonly TextWord[]): boolean =>
  words.some(({ plain }) => plain.length > 1 && units.has(plain) && !ordinals.has(plain)) ||
  /minut[eo]|seconds|segundos|hours|horas/.test(
    words.map(({ plain }) => plain.replace(/-/g, '')).join(''),
  );
const ordinals = new Set(['second', 'segundo']);

/** A longer duration is most likely a typing error. */
const longestSeconds = 7 * 86_400;

/**
 * Whether the text has an unusable duration: negative, without a number, in the past, too long, or vague. The user is then
 * asked for it; no value is guessed.
 * @param isOther whether a word is something else: a name, a verb or a host
 */
export function isUnclearTime(
  words: readonly TextWord[],
  duration: TextDuration | null,
  { gap, isOther }: { gap(nth: number): string; isOther(nth: number): boolean },
): boolean {
  const at = (nth: number): string => words[nth]?.plain ?? '';
  if (duration !== null) {
    const { from, to, seconds } = duration;
    const isNegative =
      /-[^\p{L}\p{N}]*$/u.test(gap(from)) || /^(minus|negative|negativos?)$/.test(at(from - 1));
    const isMinus = at(from - 1) === 'menos' && !/^(al|lo)$/.test(at(from - 2));
    const isPast = at(to) === 'ago' || at(from - 1) === 'hace';
    if (isNegative || isMinus || isPast || seconds > longestSeconds) return true;
  }
  return words.some(({ plain }, nth) => {
    if (isOther(nth) || (duration !== null && nth >= duration.from && nth < duration.to))
      return false;
    if (units.has(plain) && plain.length > 1) return true;
    if (/^(time|tiempo)$/.test(plain) && /^(some|algun)$/.test(at(nth - 1))) return true;
    if (/^\d/.test(plain) && !/^(at|las|port|puerto|version|v)$/.test(at(nth - 1))) return true;
    const isNumber = (numbers.get(plain) ?? 1) !== 1 && beforeTime.has(at(nth - 1));
    const isVague =
      vagueTimes.has(plain) &&
      (/^(a|un|little|durante|for|por)$/.test(at(nth - 1)) || /^unos|unas$/.test(plain));
    return isNumber || isVague;
  });
}

/** Whether the nth word is part of the duration. */
export const isTimeWord = (duration: TextDuration | null, nth: number): boolean =>
  duration !== null && nth >= duration.from && nth < duration.to;
