import type { ProviderQuirks } from '../../../contracts/provider.ts';
import type { JsonObject } from './wire.ts';
import { toolIdsFor } from './tool-ids.ts';

/** A request as a target takes it, and the fields that it could not take. */
export interface Prepared {
  body: JsonObject;
  dropped: string[];
}

const objects = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? (value as JsonObject[]) : [];

/** Fits a request to the target's form of OpenAI's protocol. The caller's own body stays as it is. */
export function prepareBody(asked: JsonObject, quirks: ProviderQuirks): Prepared {
  const body = { ...asked };
  const dropped: string[] = [];
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  delete body['max_completion_tokens'];
  delete body['max_tokens'];
  if (limit !== undefined && limit !== null) body[quirks.max_tokens_field] = limit;
  if (!quirks.temperature && body['temperature'] !== undefined) {
    delete body['temperature'];
    dropped.push('temperature');
  }
  if (!quirks.strict_tools && objects(body['tools']).some(isStrict)) {
    body['tools'] = objects(body['tools']).map(withoutStrict);
    dropped.push('tools.strict');
  }
  if (quirks.tool_ids !== 'any')
    body['messages'] = toolIdsFor(objects(body['messages']), quirks.tool_ids);
  return { body, dropped };
}

const isStrict = (tool: JsonObject): boolean =>
  (tool['function'] as JsonObject | undefined)?.['strict'] !== undefined;

function withoutStrict(tool: JsonObject): JsonObject {
  const { strict: _, ...rest } = (tool['function'] ?? {}) as JsonObject;
  return { ...tool, function: rest };
}
