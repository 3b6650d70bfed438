import type { IntentAction } from '../../contracts/intent.ts';
import type { FoundVerb } from './find-verbs.ts';
import type { TextWord } from './parse-host.ts';
import * as known from './text/lexicon.ts';

type Kind = 'open' | 'close' | 'look' | IntentAction;

/** A verb of a text, and the services named between it and the next verb. */
interface Order {
  kind: Kind;
  names: string[];
}

/** What distinguishes orders. */
export interface OrderContext<Word> {
  /** The service that a word names; null for any other word. */
  nameOf(word: Word): string | null;
  isName(word: Word): boolean;
  /** The text has a duration. */
  timed: boolean;
  /** The text has a command to run. */
  hasCode: boolean;
  verbs: readonly FoundVerb[];
}

/** Words that order nothing when they join clauses: "abre web, que db ya va". */
const joining = new Set(['que', 'what', 'get']);

/**
 * Whether the words order different actions on different services, or a change or a command in addition to opening or
 * closing. A plan is one order, and VX11 does not guess which action belongs to which service.
 */
export function areSeveralOrders<Word extends TextWord>(
  words: readonly Word[],
  context: OrderContext<Word>,
): boolean {
  const orders = ordersOf(words, context);
  const kinds = [...new Set(orders.map(({ kind }) => kind))].filter((kind) => kind !== 'look');
  const powers = kinds.filter((kind) => kind === 'open' || kind === 'close');
  const isMixed = powers.length > 0 && powers.length < kinds.length;
  if (isMixed || (kinds.includes('run') && kinds.length > 1)) return true;
  const own = orders.filter(({ names }) => names.length > 0);
  const [first, second, third] = own;
  // "open web for 5 minutes, then close web": the duration already implies the close
  const ends =
    context.timed &&
    first?.kind === 'open' &&
    second?.kind === 'close' &&
    third === undefined &&
    second.names.every((name) => first.names.includes(name));
  return !ends && new Set(own.map(({ kind }) => kind)).size > 1;
}

function ordersOf<Word extends TextWord>(
  words: readonly Word[],
  context: OrderContext<Word>,
): Order[] {
  const orders: Order[] = [];
  const verbs = new Map(context.verbs.map((verb) => [verb.nth, verb]));
  for (const [nth, word] of words.entries()) {
    const name = context.nameOf(word);
    if (name !== null) orders.at(-1)?.names.push(name);
    const verb = verbs.get(nth);
    const kind = verb === undefined || context.isName(word) ? null : kindOf(words, verb, context);
    if (kind !== null) orders.push({ kind, names: [] });
  }
  return orders;
}

function kindOf(
  words: readonly TextWord[],
  { nth, wants, soft }: FoundVerb,
  { hasCode }: Pick<OrderContext<never>, 'hasCode'>,
): Kind | null {
  // "the restart" is a noun
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
