import type { ProviderQuirks } from '../../../contracts/provider.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { JsonObject } from './wire.ts';

const fits = { alnum9: /^[A-Za-z0-9]{9}$/, word: /^[A-Za-z0-9_-]{1,64}$/ } as const;

/**
 * The history with ids of tool calls that its target accepts. The same id becomes the same in a call and in its result, in
 * every turn, so that nothing has to be remembered between requests; ids that fit stay.
 */
export function toolIdsFor(
  messages: readonly JsonObject[],
  form: Exclude<ProviderQuirks['tool_ids'], 'any'>,
): JsonObject[] {
  const fitted = (id: unknown): unknown =>
    typeof id !== 'string' || fits[form].test(id) ? id : shortId(id);
  return messages.map((message) => {
    const changed = { ...message };
    if (message['tool_call_id'] !== undefined)
      changed['tool_call_id'] = fitted(message['tool_call_id']);
    if (Array.isArray(message['tool_calls']))
      changed['tool_calls'] = (message['tool_calls'] as JsonObject[]).map((call) => ({
        ...call,
        id: fitted(call['id']),
      }));
    return changed;
  });
}

/** Nine digits of base 36. */
const shortId = (id: string): string =>
  BigInt(`0x${sha256(id)}`)
    .toString(36)
    .padStart(9, '0')
    .slice(0, 9);
