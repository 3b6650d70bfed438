import { halves, numbers, units } from './words.ts';

/** A duration within a text: how long, and which words it is made of. */
export interface SpokenDuration {
  seconds: number;
  /** Index of its first word, and of the one after its last. */
  from: number;
  to: number;
}

const compact = /^(?:\d{1,6}[dhms]){1,4}$/;
const joined = /^(\d{1,6})-?([a-z]{1,8})$/;
const plainNumber = /^\d{1,6}(?:\.\d{1,3})?$/;
const fillers = new Set(['of']);

/** Seconds of one word such as `90s`, `1h30m` or `20min`; null for any other. */
function oneWord(word: string): number | null {
  if (compact.test(word)) {
    const parts = word.match(/\d+[dhms]/g) ?? [];
    return parts.reduce((sum, one) => sum + Number(one.slice(0, -1)) * units.get(one.at(-1)!)!, 0);
  }
  const [, amount, name] = joined.exec(word) ?? [];
  const unit = name === undefined ? undefined : units.get(name);
  return unit === undefined ? null : Number(amount) * unit;
}

const amountOf = (word: string): number | null =>
  plainNumber.test(word) ? Number(word) : (numbers.get(word) ?? null);

/** One amount with its unit at this place: `20 minutes`, `dos horas`, `half an hour`, `1h30m`. */
function part(words: readonly string[], at: number): { seconds: number; to: number } | null {
  const word = words[at];
  if (word === undefined) return null;
  const alone = oneWord(word);
  if (alone !== null) return { seconds: alone, to: at + 1 };
  if (halves.has(word)) {
    let next = at + 1;
    while (fillers.has(words[next] ?? '') || words[next] === 'an' || words[next] === 'a') next += 1;
    const unit = units.get(words[next] ?? '');
    return unit === undefined ? null : { seconds: unit / 2, to: next + 1 };
  }
  const amount = amountOf(word);
  const unit = units.get(words[at + 1] ?? '');
  if (amount === null || unit === undefined) return null;
  const to = at + 2;
  const half = /^(and|y)$/.test(words[to] ?? '') && halves.has(words[to + 1] ?? '');
  if (half && !units.has(words[to + 2] ?? ''))
    return { seconds: (amount + 0.5) * unit, to: to + 2 };
  return { seconds: amount * unit, to };
}

/** The first duration in these words (lower case, no accents), its parts added up; null where there is none. */
export function spokenDuration(words: readonly string[]): SpokenDuration | null {
  for (let from = 0; from < words.length; from += 1) {
    const first = part(words, from);
    if (first === null) continue;
    let { seconds, to } = first;
    for (;;) {
      const joint = /^(and|y)$/.test(words[to] ?? '') ? to + 1 : to;
      const next = part(words, joint);
      if (next === null) break;
      seconds += next.seconds;
      to = next.to;
    }
    const whole = Math.round(seconds);
    if (whole > 0) return { seconds: whole, from, to };
  }
  return null;
}
