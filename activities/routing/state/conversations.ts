import type { TaskType } from '../../../contracts/routing.ts';

/** What is kept of a conversation: never its text. */
export interface ConversationFacts {
  type: TaskType;
  target: string;
  /** Tokens that its target has in its cache. */
  tokens: number;
  at_ms: number;
}

/** Prompt caches of providers usually last this long. */
const warmMs = 5 * 60_000;
const most = 10_000;

/** The last turns of conversations, by owner: they are never shared between owners. Bounded; the oldest leave first. */
export function createConversations(): {
  find(owner: string, conversation: string): ConversationFacts | null;
  warm(facts: ConversationFacts | null, now: number): { target: string; tokens: number } | null;
  remember(owner: string, conversation: string, facts: ConversationFacts): void;
} {
  const known = new Map<string, ConversationFacts>();
  const keyOf = (owner: string, conversation: string): string => `${owner}\n${conversation}`;
  return {
    find: (owner, conversation) => known.get(keyOf(owner, conversation)) ?? null,
    warm: (facts, now) =>
      facts === null || facts.tokens === 0 || now - facts.at_ms > warmMs
        ? null
        : { target: facts.target, tokens: facts.tokens },
    remember(owner, conversation, facts) {
      const key = keyOf(owner, conversation);
      known.delete(key);
      known.set(key, facts);
      if (known.size > most) known.delete(known.keys().next().value!);
    },
  };
}
