import type { IntentAction } from '../contracts/intent.ts';
import type { SpokenWord } from './spoken-host.ts';
import * as known from './words.ts';

type Kind = 'open' | 'close' | 'look' | IntentAction;

/** A verb of a text, and the services that are named behind it, before the next one. */
interface Order {
  kind: Kind;
  names: string[];
}

/** What has to be known to tell orders apart. */
export interface Saying<Word> {
  /** The service that a word names; null for any other word. */
  nameOf(word: Word): string | null;
  isName(word: Word): boolean;
  /** It says for how long. */
  timed: boolean;
  /** It has a command to run. */
  hasCode: boolean;
}

/** They ask for nothing by themselves where they join sentences: "abre web, que db ya va". */
const joining = new Set(['que', 'what', 'get']);

/**
 * Do these words order different things of different services, or a change or a command beside opening or closing? One
 * plan is one order, and what belongs to which is not for us to guess.
 */
export function areSeveralOrders<Word extends SpokenWord>(
  words: readonly Word[],
  saying: Saying<Word>,
): boolean {
  const orders = ordersOf(words, saying);
  const kinds = [...new Set(orders.map(({ kind }) => kind))].filter((kind) => kind !== 'look');
  const powers = kinds.filter((kind) => kind === 'open' || kind === 'close');
  const isMixed = powers.length > 0 && powers.length < kinds.length;
  if (isMixed || (kinds.includes('run') && kinds.length > 1)) return true;
  const own = orders.filter(({ names }) => names.length > 0);
  const [first, second, third] = own;
  // "open web for 5 minutes, then close web": what its time says already
  const ends =
    saying.timed &&
    first?.kind === 'open' &&
    second?.kind === 'close' &&
    third === undefined &&
    second.names.every((name) => first.names.includes(name));
  return !ends && new Set(own.map(({ kind }) => kind)).size > 1;
}

function ordersOf<Word extends SpokenWord>(words: readonly Word[], saying: Saying<Word>): Order[] {
  const orders: Order[] = [];
  for (const [nth, word] of words.entries()) {
    const name = saying.nameOf(word);
    if (name !== null) orders.at(-1)?.names.push(name);
    if (saying.isName(word)) continue;
    const kind = kindOf(words, nth, saying);
    if (kind !== null) orders.push({ kind, names: [] });
  }
  return orders;
}

function kindOf<Word extends SpokenWord>(
  words: readonly Word[],
  nth: number,
  { isName, hasCode }: Saying<Word>,
): Kind | null {
  const at = (index: number): string => words[index]?.plain ?? '';
  const plain = at(nth);
  // "the restart" is a thing
  if (known.articles.has(at(nth - 1)) || joining.has(plain)) return null;
  if (known.openVerbs.has(plain)) return 'open';
  if (known.closeVerbs.has(plain)) return 'close';
  if (plain === known.powerWord) {
    if (/^(up|on)$/.test(at(nth + 1))) return 'open';
    return /^(down|off)$/.test(at(nth + 1)) ? 'close' : null;
  }
  if (plain === 'para') {
    const begins = nth === 0 || at(nth - 1) === 'y';
    return begins && nextIsName(words, nth, isName) ? 'stop' : null;
  }
  const action = [...known.changes, ...known.gentle].find((row) => row.words.has(plain))?.action;
  if (action === 'hold' || (action === 'run' && !hasCode)) return 'open';
  if (action === 'analyze' || action === 'list') return 'look';
  return action === undefined || action === 'help' ? null : action;
}

/** Does a name follow, whatever articles are between? */
export function nextIsName<Word extends SpokenWord>(
  words: readonly Word[],
  nth: number,
  isName: (word: Word) => boolean,
): boolean {
  const next = words.slice(nth + 1).find(({ plain }) => !known.articles.has(plain));
  return next !== undefined && isName(next);
}
