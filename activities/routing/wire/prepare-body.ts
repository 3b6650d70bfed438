import type { ProviderQuirks } from '../../../contracts/provider.ts';
import type { JsonObject } from './wire.ts';
import { withoutCacheControl } from './cache-control.ts';
import { toolIdsFor } from './tool-ids.ts';

/** A request as a target takes it, and the fields that it could not take. */
export interface Prepared {
  body: JsonObject;
  dropped: string[];
}

/** How thoughts are asked for: OpenAI's field, and OpenRouter's. */
const thoughts = ['reasoning_effort', 'reasoning'] as const;

const objects = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? (value as JsonObject[]) : [];

/**
 * Fits a request to the target's form of OpenAI's protocol. The caller's own body stays as it is.
 *
 * @param thinks it takes a wish for thoughts, as far as is known
 */
export function prepareBody(asked: JsonObject, quirks: ProviderQuirks, thinks = true): Prepared {
  const body = { ...asked };
  const dropped: string[] = [];
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  delete body['max_completion_tokens'];
  delete body['max_tokens'];
  if (limit !== undefined && limit !== null) body[quirks.max_tokens_field] = limit;
  for (const [field, value] of Object.entries(quirks.adds)) body[field] ??= value;
  if (!quirks.temperature && body['temperature'] !== undefined) {
    delete body['temperature'];
    dropped.push('temperature');
  }
  for (const field of thinks ? [] : thoughts)
    if (body[field] !== undefined && body[field] !== null) {
      delete body[field];
      dropped.push(field);
    }
  if (!quirks.strict_tools && objects(body['tools']).some(isStrict)) {
    body['tools'] = objects(body['tools']).map(withoutStrict);
    dropped.push('tools.strict');
  }
  if (!quirks.cache_control && withoutCacheControl(body)) dropped.push('cache_control');
  if (quirks.reasoning_back) body['messages'] = objects(body['messages']).map(withReasoning);
  if (quirks.tool_ids !== 'any')
    body['messages'] = toolIdsFor(objects(body['messages']), quirks.tool_ids);
  return { body, dropped };
}

/** What another target answered has no thoughts, or its client dropped them: such a target refuses a turn without the field. */
const withReasoning = (message: JsonObject): JsonObject =>
  message['role'] === 'assistant' && message['reasoning_content'] === undefined
    ? { ...message, reasoning_content: '' }
    : message;

const isStrict = (tool: JsonObject): boolean =>
  (tool['function'] as JsonObject | undefined)?.['strict'] !== undefined;

function withoutStrict(tool: JsonObject): JsonObject {
  const { strict: _, ...rest } = (tool['function'] ?? {}) as JsonObject;
  return { ...tool, function: rest };
}
