import type { ProviderKind } from '../../../contracts/provider.ts';
import { objectIn } from '../../../domain/routing/request/loose.ts';
import type { JsonObject } from './wire.ts';

/** What every protocol has, and what is no part of the question. */
const always = [
  'model',
  'messages',
  'input',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'tools',
  'tool_choice',
  'response_format',
  'reasoning_effort',
  'service_tier',
  'user',
];

/** The fields of chat completions that a translation has a place for; the other protocols get a request as it is. */
const taken: Partial<Record<ProviderKind, ReadonlySet<string>>> = {
  anthropic: new Set([...always, 'reasoning', 'parallel_tool_calls', 'cache_control', 'n']),
  ollama: new Set([...always, 'seed', 'presence_penalty', 'frequency_penalty', 'n']),
};

/** The fields of a request that the protocol of a target cannot say: they are left out. */
export function untaken(kind: ProviderKind, body: JsonObject): string[] {
  const fields = taken[kind];
  if (fields === undefined) return [];
  const unsaid = Object.keys(body).filter(
    (field) => !fields.has(field) && body[field] !== undefined && body[field] !== null,
  );
  const { type: format } = objectIn(body['response_format']);
  if (kind === 'anthropic' && format === 'json_object') unsaid.push('response_format');
  const { tool_choice: choice } = body;
  // Ollama's has tools or none; with them the model chooses
  const chooses = choice === 'auto' || choice === 'none' || choice == null;
  if (kind === 'ollama' && !chooses) unsaid.push('tool_choice');
  return unsaid;
}
