import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import type { Loose } from '../request/loose.ts';
import { readChat } from '../request/read-chat.ts';
import { taskTypeOf } from '../task-type.ts';
import { estimateTokens } from './tokens.ts';

/**
 * The prompt tokens of a request in the form of chat completions: bytes of UTF-8 ÷ 4, corrected by what its target counted in
 * requests of the same type before.
 * @param target null if it names none
 */
export function countPrompt(body: Loose, beliefs: RoutingBeliefs, target: string | null): number {
  const facts = readChat(body);
  const type = taskTypeOf({ ...facts, said: null, before: null });
  return Math.ceil(estimateTokens(beliefs, { id: target ?? '' }, { ...facts, type }).cost);
}
