import type { Intent, IntentAction, IntentDomain } from '../../contracts/intent.ts';
import { hasEffect } from './has-effect.ts';
import { findVerbs, verbOf, type FoundVerb, type Verb } from './find-verbs.ts';
import { upStates } from './phrases.ts';
import { isPlain, isNegated, type Sentence } from './negation.ts';
import { areSeveralOrders } from './split-orders.ts';
import {
  isUnclearTime,
  saysTime,
  parseSpokenDuration,
  type SpokenDuration,
} from './parse-duration.ts';
import { parseHosts } from './parse-host.ts';
import { reasonOf } from './parse-reason.ts';
import { nameFinder, plainMarks, quotesIn, unclearNames, wordsOf, type Word } from './tokenize.ts';
import * as known from './lexicon.ts';
import { coreServices } from '../services/core-services.ts';
import type { Vocabulary } from '../plans/planning-context.ts';

export const destructiveWarning = 'destructive_intent_detected';
/** More is asked for than one plan can be: nothing is done. */
export const severalWarning = 'several_things_asked';
/** Something in the text turns what it says, or puts it off: nothing is done. */
export const turnedWarning = 'order_not_plain';
/** Which service is meant, how long, or what is to be done with it, is not clear: nothing is done. */
export const nameWarning = 'name_not_clear';
export const timeWarning = 'time_not_clear';
export const unknownOrderWarning = 'order_not_known';
/** Why nothing is done, where something may have been wanted. */
export const askingWarnings: readonly string[] = [
  severalWarning,
  turnedWarning,
  nameWarning,
  timeWarning,
];
/** No more of a text is looked at. */
const longest = 4000;

const codeForm = /`([^`]{1,4000})`/;
const timed = /^(open_window|close_window|extend_window|hold|stop|suspend|restart|run)$/;

/** Understands a text by rules alone, in one pass over its words. Never fails, always decides. */
export function parseIntent(message: string, { services, hosts }: Vocabulary): Intent {
  const names = [...services, ...coreServices];
  const candidates = nameFinder(names);
  const { text, code } = codeIn(plainMarks(message.slice(0, longest)), services);
  const spoken = spokenIn(text, (word) => candidates(word).length > 0);
  const all = spoken.words;
  const gap = gapsOf(text, all);
  const duration = parseSpokenDuration(all.map(({ plain }) => plain));
  const hostOf = nameFinder([...hosts]);
  const isService = (word: { text: string; plain: string }) => candidates(word).length > 0;
  const verbs = findVerbs(all, {
    isName: isService,
    isHost: (word) => hostOf(word).length > 0,
    gap,
  });
  const verbWords = new Set(verbs.filter(({ soft }) => !soft).flatMap(({ parts }) => parts));
  const why = reasonOf(text, all, { duration, isName: isService, verbs });
  const words = all.slice(0, why.from);
  const placed = parseHosts(why.certain ? words : all, {
    host: (word) => hostOf(word)[0] ?? null,
    isService,
    isTaken: (nth) => verbWords.has(nth),
    duration,
  });
  const hostWords = new Set(placed.map(({ word }) => word));
  const verbNames = new Set(verbs.map(({ nth }) => all[nth]!));
  const nameOf = (word: Word): string | null =>
    hostWords.has(word) || verbNames.has(word) ? null : (candidates(word)[0] ?? null);
  const isName = (word: Word): boolean => hostWords.has(word) || nameOf(word) !== null;
  const heard = verbs.filter(({ nth }) => nth < words.length && !hostWords.has(all[nth]!));
  const verb = verbOf(words, heard, {
    isName: (word) => nameOf(word as Word) !== null,
    timed: duration,
  });
  const destroys = destroysAt(why.certain ? words : all);
  const targets = [
    ...new Set(
      words.flatMap((word, nth) =>
        isDestroying(words, nth, destroys, isName) || isCalled(words, nth, verb, nameOf)
          ? []
          : (nameOf(word) ?? []),
      ),
    ),
  ];
  const rest = {
    targets,
    hosts: [...new Set(placed.map(({ host }) => host))],
    all: meansAll(words, verbs),
    ttl_seconds: duration?.seconds ?? null,
    reason: why.reason,
    code,
    text: message,
    language: known.languageOf(all.flatMap((word) => (isName(word) ? [] : word.plain))),
    parsed_by: 'rules' as const,
  };
  const understood = (domain: IntentDomain, action: IntentAction): Intent => ({
    domain,
    action,
    ...rest,
    confidence: 0.3,
    warnings: [],
  });
  const nothing = (warning: string, more: Partial<Intent> = {}): Intent => ({
    ...understood('general', 'chat'),
    warnings: [warning],
    ...more,
  });
  if (destroys !== -1) {
    const warnings = [destructiveWarning];
    return { ...understood('system', 'delete'), confidence: 0.9, warnings };
  }
  const isAudio = words.some((word) => known.audio.has(word.plain) && !isName(word));
  const meant = meantBy(verb, isAudio);
  const asks = /^[^\p{L}\p{N}]*\?/u.test(text.slice(endOf(words.at(-1))));
  if (!hasEffect(meant)) {
    const isState = words.some(({ plain }) => upStates.has(plain));
    if (meant.action === 'chat' && asks && !spoken.quotes && (targets.length > 0 || isState)) {
      return understood('system', 'list');
    }
    const isLost = meant.action === 'chat' && targets.length > 0;
    return isLost
      ? nothing(spoken.quotes ? turnedWarning : unknownOrderWarning)
      : understood(meant.domain, meant.action);
  }
  const parts = new Set(heard.flatMap((one) => one.parts));
  const sentence: Sentence<Word> = {
    words,
    behind: why.certain ? [] : all.slice(why.from),
    skipped: why.skipped,
    gap,
    asks,
    isName,
    verb: verb?.nth ?? -1,
    parts,
    duration,
    names: why.names,
    quotes:
      (code !== null && meant.action !== 'run') ||
      text.includes('`') ||
      spoken.firstQuote < (why.certain ? all[why.from]!.at : Infinity),
    isAudio: meant.domain === 'audio',
  };
  if (isNegated(sentence, meant.action)) return nothing(turnedWarning);
  const saying = { nameOf, isName, timed: duration !== null, hasCode: code !== null, verbs: heard };
  if (areSeveralOrders(words, saying)) return nothing(severalWarning);
  const isPower = meant.domain !== 'audio' && timed.test(meant.action) && code === null;
  const means = (nth: number): boolean =>
    parts.has(nth) || why.skipped(nth) || isTimeWord(duration, nth);
  const candidatesHere = isPower
    ? unclearNames(words, {
        services: names,
        candidates: (word) => (hostWords.has(word) || verbNames.has(word) ? [] : candidates(word)),
        isName: (word) => nameOf(word) !== null,
        gap,
        means: (nth) => means(nth) || hostWords.has(words[nth]!),
      })
    : null;
  if (candidatesHere !== null) return nothing(nameWarning, { candidates: candidatesHere });
  const isOr = words.some(
    (_, nth) => isAlternative(words, nth) && !means(nth) && !isName(words[nth]!),
  );
  if (isOr && meant.domain !== 'audio') {
    return targets.length > 1
      ? nothing(nameWarning, { candidates: targets })
      : nothing(turnedWarning);
  }
  const isOther = (nth: number): boolean =>
    nth >= words.length || isName(words[nth]!) || parts.has(nth) || why.skipped(nth);
  const isVague = saysTime(sentence.behind);
  if (isPower && (isVague || isUnclearTime(words, duration, { gap, isOther })))
    return nothing(timeWarning, { ttl_seconds: null });
  if (meant.action === 'extend_window' && duration === null) return nothing(timeWarning);
  // what ends like a question is one, unless it asks for something
  if (sentence.asks && !isPlea(words)) return understood('system', 'list');
  const opens = meant.action === 'open_window';
  return {
    ...understood(meant.domain, meant.action),
    // with no service named nothing is opened, unless a model finds which
    ...(!(opens && targets.length === 0) &&
      !isPlain(sentence, meant.action) && { doubt: 'unclear_order' as const }),
  };
}

/** "or" and "u", unlike "can u open web". */
const isAlternative = (words: readonly Word[], nth: number): boolean =>
  known.alternatives.has(words[nth]!.plain) &&
  (words[nth]!.plain !== 'u' ||
    !/^(can|could|will|would|if|do)$/.test(words[nth - 1]?.plain ?? ''));

const isTimeWord = (duration: SpokenDuration | null, nth: number): boolean =>
  duration !== null && nth >= duration.from && nth < duration.to;

const isPlea = (words: readonly Word[]): boolean =>
  known.politeness.has(words[0]?.plain ?? '') ||
  words.some(
    ({ plain }, nth) =>
      known.pleas.has(plain) || (known.modals.has(plain) && words[nth + 1]?.plain === 'you'),
  );

function meantBy(verb: Verb | null, isAudio: boolean): Pick<Intent, 'domain' | 'action'> {
  const action = verb?.action ?? null;
  const isPower = /^(open_window|close_window|extend_window|hold)$/.test(action ?? '');
  if (isPower) return { domain: 'power', action: action! };
  const domain = isAudio ? 'audio' : action === null ? 'general' : 'system';
  return { domain, action: action ?? 'chat' };
}

/** A text without what it says between backticks, every other character in its place; a service may be named so too. */
function codeIn(
  whole: string,
  services: ReadonlySet<string>,
): { text: string; code: string | null } {
  const found = codeForm.exec(whole);
  const code = found?.[1]?.trim() || null;
  if (found === null) return { text: whole, code };
  const blank = (inside: string): string =>
    whole.slice(0, found.index) + inside + whole.slice(found.index + found[0].length);
  const runs = wordsOf(blank(' '.repeat(found[0].length))).some(({ plain }) => runWords.has(plain));
  if (code !== null && services.has(code) && !runs)
    return { text: blank(` ${found[1]!} `), code: null };
  return { text: blank(' '.repeat(found[0].length)), code };
}
const runWords = new Set(
  'run execute perform ejecuta ejecutar ejecute ejecutes corre correr'.split(' '),
);

/** The words of a text, without what somebody else says in it: a name or a time is only marked by its quotes. */
function spokenIn(
  text: string,
  isName: (word: Word) => boolean,
): { words: Word[]; quotes: boolean; firstQuote: number } {
  const words = wordsOf(text);
  const opaque = quotesIn(text).filter(({ from, to }) => {
    const inside = words.filter(({ at }) => at > from && at < to);
    const time = parseSpokenDuration(inside.map(({ plain }) => plain));
    return !inside.every(
      (word, nth) =>
        isName(word) ||
        known.articles.has(word.plain) ||
        /^(and|y)$/.test(word.plain) ||
        isTimeWord(time, nth),
    );
  });
  if (opaque.length === 0) return { words, quotes: false, firstQuote: Infinity };
  const own = words.filter(({ at }) => !opaque.some(({ from, to }) => at > from && at < to));
  return { words: own, quotes: true, firstQuote: opaque[0]!.from };
}

const endOf = (word: Word | undefined): number => word?.to ?? 0;

const gapsOf =
  (text: string, words: readonly Word[]) =>
  (nth: number): string =>
    text.slice(endOf(words[nth - 1]), words[nth]?.at ?? text.length);

/** Index of the first word that destroys; -1 where none does. */
function destroysAt(words: readonly Word[]): number {
  return words.findIndex(({ plain }, nth) => {
    if (known.destructive.has(plain)) return true;
    const near = words.slice(nth + 1, nth + 8);
    return known.destructivePhrases.some(
      ([first, last]) => first === plain && near.some((word) => word.plain === last),
    );
  });
}

/** Is a word what destroys, and not what is destroyed? "delete web" deletes web, also where a service is called delete. */
const isDestroying = (
  words: readonly Word[],
  nth: number,
  first: number,
  isName: (word: Word) => boolean,
): boolean =>
  nth === first &&
  words.some((word, at) => at !== nth && isName(word)) &&
  known.destructive.has(words[nth]!.plain);

/** "madre, open web": whom it is said to. */
const isCalled = (
  words: readonly Word[],
  nth: number,
  verb: Verb | null,
  nameOf: (word: Word) => string | null,
): boolean =>
  words[nth]!.plain === 'madre' &&
  verb !== null &&
  nth < verb.nth &&
  words.slice(0, nth).every(({ plain }) => known.fillers.has(plain)) &&
  words.some((word, at) => at > nth && nameOf(word) !== null);

/** "close all", "close them all": behind its verb. "close it, that's all" means something else. */
function meansAll(words: readonly Word[], verbs: readonly FoundVerb[]): boolean {
  const closes = verbs.filter(({ wants }) => wants === 'close_window');
  const parts = new Set(closes.flatMap((verb) => verb.parts));
  return closes.some(({ nth }) => {
    for (let at = nth + 1; at < words.length; at += 1) {
      const { plain } = words[at]!;
      if (known.everything.has(plain)) return true;
      if (!known.beforeAll.has(plain) && !parts.has(at)) return false;
    }
    return false;
  });
}
