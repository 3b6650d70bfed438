import type { Intent, IntentAction, IntentDomain } from '../contracts/intent.ts';
import { isDeed } from './deed.ts';
import { isPlain, isTurned, type Sentence } from './plain-order.ts';
import { areSeveralOrders, nextIsName } from './several-orders.ts';
import { spokenDuration } from './spoken-duration.ts';
import { spokenHosts, type SpokenWord } from './spoken-host.ts';
import * as known from './words.ts';

/** What the parser has to know: the services and hosts that can be named. */
export interface Vocabulary {
  services: ReadonlySet<string>;
  hosts: ReadonlySet<string>;
}

export const destructiveWarning = 'destructive_intent_detected';
/** More is asked for than one plan can be: nothing is done. */
export const severalWarning = 'several_things_asked';
/** Something in the text turns what it says, or puts it off: nothing is done. */
export const turnedWarning = 'order_not_plain';
/** No more of a text is looked at. */
const longest = 4000;

interface Word extends SpokenWord {
  at: number;
}

const marks = /\p{M}/gu;
const fold = (text: string): string => text.normalize('NFKD').replace(marks, '').toLowerCase();
const wordForm = /[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_.-]*[\p{L}\p{M}\p{N}_])?/gu;
const codeForm = /`([^`]{1,4000})`/;

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(wordForm)].map(({ 0: found, index }) => ({
    text: found,
    plain: fold(found),
    at: index,
  }));

/** Understands a text by rules alone, in one pass over its words. Never fails, always decides. */
export function parseIntent(message: string, { services, hosts }: Vocabulary): Intent {
  const whole = message.slice(0, longest);
  const code = codeForm.exec(whole)?.[1]?.trim() || null;
  const text = whole.replace(codeForm, ' ');
  const names = nameFinder([...services, ...known.coreServices]);
  const all = wordsOf(text);
  const duration = spokenDuration(all.map(({ plain }) => plain));
  const why = reasonOf(text, all, duration, names);
  const words = all.slice(0, why.from);
  const places = spokenHosts(why.certain ? words : all, {
    host: nameFinder([...hosts]),
    isService: (word) => names(word) !== null,
    duration,
  });
  const hostWords = new Set(places.map(({ word }) => word));
  const isName = (word: Word): boolean => names(word) !== null || hostWords.has(word);
  const nameOf = (word: Word): string | null => (hostWords.has(word) ? null : names(word));
  const named = words.flatMap((word) => nameOf(word) ?? []);
  const rest = {
    targets: [...new Set(named)],
    hosts: [...new Set(places.map(({ host }) => host))],
    all: meansAll(words),
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
  if ((why.certain ? words : all).some(({ plain }) => known.destructive.has(plain))) {
    const warnings = [destructiveWarning];
    return { ...understood('system', 'delete'), confidence: 0.9, warnings };
  }
  const domain = words.some((word) => known.audio.has(word.plain) && !isName(word))
    ? 'audio'
    : null;
  const verb = verbOf(words, isName);
  const action = verb?.action ?? null;
  const power = /^(open_window|close_window|hold)$/.test(action ?? '');
  const meant = {
    domain: power ? 'power' : (domain ?? (action === null ? 'general' : 'system')),
    action: action ?? 'chat',
  } as const;
  if (!isDeed(meant)) return understood(meant.domain, meant.action);
  const nothing = (warning: string): Intent => ({
    ...understood('general', 'chat'),
    warnings: [warning],
  });
  const sentence = sentenceOf(text, words, { isName, verb: verb?.nth ?? -1, duration });
  if (isTurned(sentence, meant.action)) return nothing(turnedWarning);
  const saying = { nameOf, isName, timed: duration !== null, hasCode: code !== null };
  if (areSeveralOrders(words, saying)) return nothing(severalWarning);
  const clear = isPlain(sentence, meant.action);
  return {
    ...understood(meant.domain, meant.action),
    ...(!clear && { doubt: 'unclear_order' as const }),
  };
}

/** A text up to its reason. */
function sentenceOf(
  text: string,
  words: readonly Word[],
  rest: Pick<Sentence<Word>, 'isName' | 'verb' | 'duration'>,
): Sentence<Word> {
  const endOf = (nth: number): number => {
    const word = words[nth];
    return word === undefined ? 0 : word.at + word.text.length;
  };
  return {
    ...rest,
    words,
    gap: (nth) => text.slice(endOf(nth - 1), words[nth]?.at ?? 0),
    asks: /^[^\p{L}\p{N}]*\?/u.test(text.slice(endOf(words.length - 1))),
  };
}

/** "close all", "close them all": behind its verb. "close it, that's all" means something else. */
function meansAll(words: readonly Word[]): boolean {
  let before = '';
  for (const { plain } of words) {
    const verb = before === known.powerWord || known.closeVerbs.has(before);
    if (verb && known.everything.has(plain)) return true;
    if (!known.beforeAll.has(plain)) before = plain;
  }
  return false;
}

/** Which of these a word names, as it is written there; null for any other word. */
function nameFinder(names: readonly string[]): (word: Word) => string | null {
  const exact = new Set(names);
  const folded = new Map(names.map((name) => [fold(name), name]));
  return ({ text, plain }) => (exact.has(text) ? text : (folded.get(plain) ?? null));
}

/** What a text orders, and the index of the word that says so. */
interface Verb {
  action: IntentAction;
  nth: number;
}

/** Opening and closing come first; then the first word of an action decides: "tell me how to stop" stops nothing. */
function verbOf(words: Word[], isName: (word: Word) => boolean): Verb | null {
  // a name is no verb, and keeps its place
  const plains = words.map((word) => (isName(word) ? '' : word.plain));
  const powered = plains.indexOf(known.powerWord);
  const direction = powered === -1 ? null : plains[powered + 1];
  const opens = plains.findIndex((plain) => known.openVerbs.has(plain));
  const closes = plains.findIndex((plain) => known.closeVerbs.has(plain));
  const holds = plains.findIndex((plain) => plain === 'hold' || plain === 'manten');
  const first = firstAction(words, isName);
  // "list what is open", "is web open?": asked, not ordered
  const asked = first?.action === 'list' || first?.action === 'help';
  if (!asked || first.nth > Math.min(...[opens, closes].filter((nth) => nth !== -1))) {
    if (holds !== -1 && opens !== -1) return { action: 'hold', nth: holds };
    if (opens !== -1 && (closes === -1 || opens < closes))
      return { action: 'open_window', nth: opens };
    if (closes !== -1) return { action: 'close_window', nth: closes };
    if (direction === 'up' || direction === 'on') return { action: 'open_window', nth: powered };
    if (direction === 'down' || direction === 'off')
      return { action: 'close_window', nth: powered };
  }
  return first;
}

function firstAction(words: Word[], isName: (word: Word) => boolean): Verb | null {
  let started = false;
  for (const [nth, word] of words.entries()) {
    const { plain } = word;
    const asks = known.questions.has(plain) || (known.modals.has(plain) && !toYou(words[nth + 1]));
    if (!started && asks) return { action: 'list', nth };
    // "para web" stops it, "para la demo" says what for
    if (!started && plain === 'para' && nextIsName(words, nth, isName)) {
      return { action: 'stop', nth };
    }
    started ||= !known.politeness.has(plain);
    const change = known.changes.find((row) => row.words.has(plain));
    if (change !== undefined) return { action: change.action, nth };
    const gentle = isName(word) ? undefined : known.gentle.find((row) => row.words.has(plain));
    if (gentle !== undefined) return { action: gentle.action, nth };
  }
  return null;
}

/** "can you", unlike "can web". */
const toYou = (word: Word | undefined): boolean => /^(you|u)$/.test(word?.plain ?? '');

interface Reason {
  reason: string | null;
  /** Index of the word with which it begins: what is behind it orders nothing. */
  from: number;
  /** `because` says for sure that a reason follows; `for` may be anything. */
  certain: boolean;
}

/** What follows because or porque; or what follows for or para, where that is no service and no time. */
function reasonOf(
  text: string,
  words: Word[],
  duration: { from: number; to: number } | null,
  names: (word: Word) => string | null,
): Reason {
  const behind = (nth: number): string | null =>
    text
      .slice(words[nth]!.at + words[nth]!.text.length)
      .replace(/^[\s:,]+/, '')
      .trim()
      .slice(0, 500) || null;
  const because = words.findIndex(({ plain }) => plain === 'because' || plain === 'porque');
  if (because !== -1) return { reason: behind(because), from: because, certain: true };
  for (const [nth, { plain }] of words.entries()) {
    if (nth === 0 || (plain !== 'for' && plain !== 'para')) continue;
    let next = nth + 1;
    while (next < words.length && known.articles.has(words[next]!.plain) && next !== duration?.from)
      next += 1;
    const word = words[next];
    if (word === undefined || names(word) !== null) continue;
    if (duration !== null && next >= duration.from && next < duration.to) continue;
    // a time or a service may come behind it: "open for demo web" names what to open
    const later = words.slice(next).some((one) => names(one) !== null);
    if (later || (duration !== null && duration.from > nth)) continue;
    return { reason: behind(nth), from: nth, certain: false };
  }
  return { reason: null, from: words.length, certain: false };
}
