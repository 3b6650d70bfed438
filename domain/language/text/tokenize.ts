import * as known from './lexicon.ts';
import type { TextWord } from '../parse-host.ts';

/** A word and its position in the text. */
export interface Word extends TextWord {
  at: number;
  /** The position after its last character. */
  to: number;
}

const marks = /\p{M}/gu;
const ascii = /^[\x20-\x7e]*$/;
export const fold = (text: string): string =>
  ascii.test(text) ? text.toLowerCase() : text.normalize('NFKD').replace(marks, '').toLowerCase();

const wordForm =
  /[\p{L}\p{M}\p{N}_\p{Cf}](?:[\p{L}\p{M}\p{N}_.\p{Cf}-]*[\p{L}\p{M}\p{N}_\p{Cf}])?/gu;
const unseen = /\p{Cf}/gu;

export const wordsOf = (text: string): Word[] =>
  [...text.matchAll(wordForm)].flatMap(({ 0: found, index }) => {
    const seen = found.replace(unseen, '');
    return seen === ''
      ? []
      : [{ text: seen, plain: fold(seen), at: index, to: index + found.length }];
  });

/** Characters used as hyphens, except the long dash, which separates clauses. */
const hyphens = /[\u2010-\u2013\u2212\u2043\u02d7\ufe58\ufe63\uff0d]/g;
/** Apostrophes that count as letters. */
const letters = /[\u02bc\u02b9\u02c8\u02bb\ua78c]/g;
/** Characters used as an apostrophe between letters. A backtick counts only before the ending of a contraction. */
const apostrophes =
  /(?<=[\p{L}\p{M}])[\u2018\u2019\u201b\u02bc\u02b9\u02c8\u00b4\u2032\uff07\u055a\ua78c](?=\p{L})/gu;
const backticked = /(?<=\p{L})`(?=(?:t|s|ll|d|m|re|ve)(?![\p{L}`]))/giu;

/** The text with plain hyphens and apostrophes; all positions stay the same. */
export const plainMarks = (text: string): string =>
  text
    .replace(hyphens, '-')
    .replace(letters, "'")
    .replace(apostrophes, "'")
    .replace(backticked, "'");

const closers: Record<string, string> = {
  '"': '"\u201d\u201c',
  '\u201c': '\u201d"\u201c',
  '\u201d': '\u201d"',
  '\u201e': '\u201c\u201d"',
  '\u201f': '\u201d"',
  '\u00ab': '\u00bb',
  '\u00bb': '\u00ab',
  '\u2039': '\u203a',
  '\uff02': '\uff02',
  '\u300c': '\u300d',
  '\u300e': '\u300f',
};
const singles = "'\u2018\u2019\u201a\u2032\u00b4";
const isWordly = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** The ranges between quotation marks; a quote that is not closed extends to the end of the text. */
export function quotesIn(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const end = endOfQuote(text, at);
    if (end === null) continue;
    found.push({ from: at, to: end });
    at = end;
  }
  return found;
}

function endOfQuote(text: string, at: number): number | null {
  const closing = closers[text[at]!];
  if (closing !== undefined) {
    for (let end = at + 1; end < text.length; end += 1)
      if (closing.includes(text[end]!)) return end;
    return text.length;
  }
  if (!singles.includes(text[at]!) || isWordly(text[at - 1]) || !isWordly(text[at + 1]))
    return null;
  for (let end = at + 1; end < text.length; end += 1) {
    if (singles.includes(text[end]!) && !isWordly(text[end + 1])) return end;
  }
  return null;
}

/** Finds the names that a word matches, ignoring case and accents; several if only the case distinguishes them. */
export function nameFinder(names: readonly string[]): (word: TextWord) => readonly string[] {
  const exact = new Set(names);
  const folded = new Map<string, string[]>();
  for (const name of exact) {
    const plain = fold(name);
    const alike = folded.get(plain);
    if (alike === undefined) folded.set(plain, [name]);
    else alike.push(name);
  }
  return ({ text, plain }) => {
    const found = folded.get(plain) ?? none;
    return found.length > 1 && exact.has(text) ? [text] : found;
  };
}
const none: readonly string[] = [];

const squash = (text: string): string => fold(text).replace(/[-_.]/g, '');
const joints = new Set(['and', 'y', 'e', 'plus']);

/** What decides whether a name is clear. */
export interface NameContext {
  services: readonly string[];
  candidates(word: Word): readonly string[];
  isName(word: Word): boolean;
  gap(nth: number): string;
  /** Whether a word is not a name: a verb, part of a verb, or a duration. */
  means(nth: number): boolean;
}

/**
 * The possible services if a name is not clear: only the case distinguishes them, something is attached to a name
 * ("web/admin"), or another item of a list is not a name. Null if everything is clear; empty if no name is similar.
 */
export function unclearNames(words: readonly Word[], naming: NameContext): string[] | null {
  const { candidates, isName, gap, means } = naming;
  let squashed: Map<string, string> | null = null;
  const like = (text: string): string | undefined => {
    squashed ??= new Map(naming.services.map((name) => [squash(name), name]));
    return squashed.get(squash(text));
  };
  const isOther = (nth: number): boolean =>
    words[nth] !== undefined &&
    !isName(words[nth]) &&
    !means(nth) &&
    !known.means(words[nth].plain);
  for (const [nth, word] of words.entries()) {
    if (!isName(word)) {
      if (!isOther(nth)) continue;
      const near = like(word.text);
      if (near !== undefined) return [near];
      continue;
    }
    const several = candidates(word);
    if (several.length > 1) return [...several];
    const own = several[0] ?? word.text;
    const hung = (side: number, between: string): boolean => {
      const next = words[side];
      if (next === undefined) return false;
      if (/[/\\|@#~=^]/.test(between)) return true;
      if (/^[:.]$/.test(between)) return isOther(side);
      return /[-\u2014\u2015]/.test(between) && (isOther(side) || isName(next));
    };
    const after = words[nth + 1];
    if (hung(nth + 1, gap(nth + 1)) || (nth > 0 && hung(nth - 1, gap(nth)))) {
      const near = after === undefined ? undefined : like(word.text + after.text);
      return [...new Set([own, ...(near === undefined ? [] : [near])])];
    }
    if (after !== undefined && isOther(nth + 1)) {
      const near = like(word.text + after.text);
      if (near !== undefined) return [own, near];
    }
    const isJoint = after !== undefined && joints.has(after.plain);
    if ((isJoint || /^\s*[&+]\s*$/.test(gap(nth + 1))) && isOther(nth + (isJoint ? 2 : 1)))
      return [own];
  }
  return null;
}
