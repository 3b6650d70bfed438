import type { IntentAction } from '../../contracts/intent.ts';
import type { FoundVerb } from './find-verbs.ts';
import type { SpokenWord } from './parse-host.ts';
import * as known from './lexicon.ts';

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
  verbs: readonly FoundVerb[];
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
  const verbs = new Map(saying.verbs.map((verb) => [verb.nth, verb]));
  for (const [nth, word] of words.entries()) {
    const name = saying.nameOf(word);
    if (name !== null) orders.at(-1)?.names.push(name);
    const verb = verbs.get(nth);
    const kind = verb === undefined || saying.isName(word) ? null : kindOf(words, verb, saying);
    if (kind !== null) orders.push({ kind, names: [] });
  }
  return orders;
}

function kindOf(
  words: readonly SpokenWord[],
  { nth, wants, soft }: FoundVerb,
  { hasCode }: Pick<Saying<never>, 'hasCode'>,
): Kind | null {
  // "the restart" is a thing
  if (soft || known.articles.has(words[nth - 1]?.plain ?? '') || joining.has(words[nth]!.plain))
    return null;
  switch (wants) {
    case 'open_window':
    case 'hold':
    case 'keep':
    case 'need':
      return 'open';
    case 'close_window':
      return 'close';
    case 'run':
      return hasCode ? 'run' : 'open';
    case 'analyze':
    case 'list':
      return 'look';
    case 'help':
    case 'give':
    case 'add':
      return null;
    default:
      return wants;
  }
}
