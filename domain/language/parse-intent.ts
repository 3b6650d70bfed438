import type { Intent, IntentAction, IntentDomain } from '../../contracts/intent.ts';
import { askedChecks } from './asked/checks.ts';
import { askedHermes, askedPull } from './asked/hermes.ts';
import { askedRoute, askedScan } from './asked/roles.ts';
import { hasEffect } from './has-effect.ts';
import { findVerbs, verbOf, type FoundVerb, type Verb } from './find-verbs.ts';
import { upStates } from './text/phrases.ts';
import { isPlain, isNegated, type Sentence } from './negation.ts';
import { areSeveralOrders } from './split-orders.ts';
import { destroysAt, isDestroying } from './destructive.ts';
import { findDuration, isTimeWord, isUnclearTime, mentionsTime } from './parse-duration.ts';
import { parseHosts } from './parse-host.ts';
import { reasonOf } from './parse-reason.ts';
import { codeIn, wordsOutsideQuotes } from './quoted.ts';
import { nameFinder, plainMarks, unclearNames, type Word } from './text/tokenize.ts';
import * as known from './text/lexicon.ts';
import { coreServices } from '../services/core-services.ts';
import type { Vocabulary } from '../plans/planning-context.ts';

export const destructiveWarning = 'destructive_intent_detected';
/** The text has more than one order; nothing is done. */
export const severalWarning = 'several_things_asked';
/** The order is negated, conditional, postponed or only reported; nothing is done. */
export const negatedWarning = 'order_not_plain';
/** The service, the duration or the action is not clear; nothing is done. */
export const nameWarning = 'name_not_clear';
export const timeWarning = 'time_not_clear';
export const unknownOrderWarning = 'order_not_known';
/** The warnings after which nothing is done although the text may be an order. */
export const ambiguityWarnings: readonly string[] = [
  severalWarning,
  negatedWarning,
  nameWarning,
  timeWarning,
];
/** The number of characters of a text that are parsed. */
const longest = 4000;

/** The name of a file of sound: what is said about one is work for shubniggurath. */
const soundFile = /\.(wav|w64|aiff?|flac|mp3|ogg|opus|m4a|caf|ape|wv)\b/i;

const timed = /^(open_window|close_window|extend_window|hold|stop|suspend|restart|run)$/;

/** Parses a text by rules alone, in one pass over its words. Never throws; a text without an order is `chat`. */
export function parseIntent(message: string, vocabulary: Vocabulary): Intent {
  const { services, hosts, checked = none } = vocabulary;
  const names = [...services, ...coreServices];
  const candidates = nameFinder(names);
  const { text, code } = codeIn(plainMarks(message.slice(0, longest)), services);
  const unquoted = wordsOutsideQuotes(text, (word) => candidates(word).length > 0);
  const all = unquoted.words;
  const gap = gapsOf(text, all);
  const duration = findDuration(all.map(({ plain }) => plain));
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
  const ownVerbs = verbs.filter(({ nth }) => nth < words.length && !hostWords.has(all[nth]!));
  const verb = verbOf(words, ownVerbs, {
    isName: (word) => nameOf(word as Word) !== null,
    timed: duration,
  });
  const destroys = destroysAt(why.certain ? words : all);
  const targets = [
    ...new Set(
      words.flatMap((word, nth) =>
        isDestroying(words, nth, destroys, isName) || isAddress(words, nth, verb, nameOf)
          ? []
          : (nameOf(word) ?? []),
      ),
    ),
  ];
  const suiteOf = nameFinder([...checked]);
  const checks = unquoted.quotes
    ? null
    : askedChecks(words, {
        checkedOf: (word) => (hostWords.has(word) ? null : (suiteOf(word)[0] ?? null)),
        serviceOf: (word) => (hostWords.has(word) ? null : (candidates(word)[0] ?? null)),
        isHost: (word) => hostWords.has(word),
      });
  const rest = {
    targets: checks ?? targets,
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
  // what a model is asked may be any text, with names and quotes of its own
  const routes = askedRoute(message.slice(0, longest));
  if (routes !== null) return { ...understood('system', 'list'), role: routes };
  const asksRole =
    unquoted.quotes || targets.length > 0
      ? null
      : (askedScan(all.map(({ plain }) => plain)) ??
        askedHermes(
          all.map(({ plain }) => plain),
          all.map((word) => word.text),
        ));
  // the name of a model may contain that of a service
  const role = asksRole ?? (unquoted.quotes ? null : askedPull(message));
  if (role !== null) return { ...understood('system', 'list'), role };
  const isSound = soundFile.test(text) && (verb === null || verb.action === 'analyze');
  const isAudio = isSound || words.some((word) => known.audio.has(word.plain) && !isName(word));
  const intent = checks === null ? intentOfVerb(verb, isAudio) : runOfChecks;
  const asks = /^[^\p{L}\p{N}]*\?/u.test(text.slice(endOf(words.at(-1))));
  if (!hasEffect(intent)) {
    const isState = words.some(({ plain }) => upStates.has(plain));
    if (intent.action === 'chat' && asks && !unquoted.quotes && (targets.length > 0 || isState)) {
      return understood('system', 'list');
    }
    const isNotUnderstood = intent.action === 'chat' && targets.length > 0;
    return isNotUnderstood
      ? nothing(unquoted.quotes ? negatedWarning : unknownOrderWarning)
      : understood(intent.domain, intent.action);
  }
  const parts = new Set(ownVerbs.flatMap((one) => one.parts));
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
      (code !== null && intent.action !== 'run') ||
      text.includes('`') ||
      unquoted.firstQuote < (why.certain ? all[why.from]!.at : Infinity),
    isAudio: intent.domain === 'audio',
  };
  if (isNegated(sentence, intent.action)) return nothing(negatedWarning);
  const context = {
    nameOf,
    isName,
    timed: duration !== null,
    hasCode: code !== null,
    verbs: ownVerbs,
  };
  if (areSeveralOrders(words, context)) return nothing(severalWarning);
  const isPower = intent.domain !== 'audio' && timed.test(intent.action) && code === null;
  const means = (nth: number): boolean =>
    parts.has(nth) || why.skipped(nth) || isTimeWord(duration, nth);
  const possible = isPower
    ? unclearNames(words, {
        services: names,
        candidates: (word) => (hostWords.has(word) || verbNames.has(word) ? [] : candidates(word)),
        isName: (word) => nameOf(word) !== null,
        gap,
        means: (nth) => means(nth) || hostWords.has(words[nth]!),
      })
    : null;
  if (possible !== null) return nothing(nameWarning, { candidates: possible });
  const isOr = words.some(
    (_, nth) => isAlternative(words, nth) && !means(nth) && !isName(words[nth]!),
  );
  if (isOr && intent.domain !== 'audio') {
    return targets.length > 1
      ? nothing(nameWarning, { candidates: targets })
      : nothing(negatedWarning);
  }
  const isOther = (nth: number): boolean =>
    nth >= words.length || isName(words[nth]!) || parts.has(nth) || why.skipped(nth);
  const isVague = mentionsTime(sentence.behind);
  if (isPower && (isVague || isUnclearTime(words, duration, { gap, isOther })))
    return nothing(timeWarning, { ttl_seconds: null });
  if (intent.action === 'extend_window' && duration === null) return nothing(timeWarning);
  // a text that ends with a question mark is a question, unless it is a request
  if (sentence.asks && !isPlea(words)) return understood('system', 'list');
  const opens = intent.action === 'open_window';
  return {
    ...understood(intent.domain, intent.action),
    // without a named service nothing is opened, unless a model finds one
    ...(!(opens && targets.length === 0) &&
      !isPlain(sentence, intent.action) && { doubt: 'unclear_order' as const }),
  };
}

const none: ReadonlySet<string> = new Set();
const runOfChecks = { domain: 'system', action: 'check' } as const;

/** "or" and "u", unlike "can u open web". */
const isAlternative = (words: readonly Word[], nth: number): boolean =>
  known.alternatives.has(words[nth]!.plain) &&
  (words[nth]!.plain !== 'u' ||
    !/^(can|could|will|would|if|do)$/.test(words[nth - 1]?.plain ?? ''));

const isPlea = (words: readonly Word[]): boolean =>
  known.politeness.has(words[0]?.plain ?? '') ||
  words.some(
    ({ plain }, nth) =>
      known.pleas.has(plain) || (known.modals.has(plain) && words[nth + 1]?.plain === 'you'),
  );

function intentOfVerb(verb: Verb | null, isAudio: boolean): Pick<Intent, 'domain' | 'action'> {
  const action = verb?.action ?? null;
  const isPower = /^(open_window|close_window|extend_window|hold)$/.test(action ?? '');
  if (isPower) return { domain: 'power', action: action! };
  const domain = isAudio ? 'audio' : action === null ? 'general' : 'system';
  return { domain, action: action ?? 'chat' };
}

const endOf = (word: Word | undefined): number => word?.to ?? 0;

const gapsOf =
  (text: string, words: readonly Word[]) =>
  (nth: number): string =>
    text.slice(endOf(words[nth - 1]), words[nth]?.at ?? text.length);

/** Whether the word only addresses madre: "madre, open web". */
const isAddress = (
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

/** Whether "all" follows the verb: "close all", "close them all", but not "close it, that's all". */
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
