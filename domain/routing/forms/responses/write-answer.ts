import { objectIn, type Loose } from '../../request/loose.ts';
import type { AnswerWriter, FormError, FormEvent } from '../form.ts';
import { createParts, type PartEvent } from '../parts.ts';
import { createItems } from './items.ts';

/** Fields of the request that its answer repeats, and what they are if it has none. */
const repeated: Loose = {
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
};

/**
 * Writes an answer in the form of OpenAI's responses, which are never stored.
 * @param request as the caller sent it
 * @param now epoch seconds
 */
export function writeResponses(request: Loose, now: number): AnswerWriter {
  const parts = createParts();
  let id = 'resp_0';
  let model: unknown = request['model'] ?? 'auto';
  let sequence = 0;
  let begun = false;
  const items = createItems(() => id);
  const event = (type: string, fields: Loose): FormEvent => ({
    event: type,
    data: { type, sequence_number: sequence++, ...fields },
  });
  const response = (status: string, more: Loose = {}): Loose => ({
    id,
    object: 'response',
    created_at: now,
    status,
    error: null,
    incomplete_details: null,
    ...Object.fromEntries(
      Object.entries(repeated).map(([field, usual]) => [field, request[field] ?? usual]),
    ),
    model,
    output: status === 'in_progress' ? [] : items.all(),
    previous_response_id: null,
    store: false,
    usage: status === 'in_progress' ? null : usageOf(parts.usage),
    ...more,
  });
  const begin = (): FormEvent[] => {
    if (begun) return [];
    begun = true;
    return ['response.created', 'response.in_progress'].map((type) =>
      event(type, { response: response('in_progress') }),
    );
  };
  const write = (all: PartEvent[]): FormEvent[] =>
    all.flatMap((one) => items.write(one).map(([type, fields]) => event(type, fields)));
  return {
    chunk(chunk) {
      if (typeof chunk['id'] === 'string') id = `resp_${chunk['id'].replace(/^chatcmpl-/, '')}`;
      model = chunk['model'] ?? model;
      const taken = parts.take(chunk);
      return [...begin(), ...write(taken)];
    },
    end() {
      const last = [...begin(), ...write(parts.end())];
      const { status, more } = endOf(parts.finish);
      return [...last, event(`response.${status}`, { response: response(status, more) })];
    },
    fail(error: FormError) {
      const { code, message } = error;
      const failed = response('failed', { error: { code, message } });
      // clients of OpenAI throw at the second one; those that know the form end at the first
      return [
        ...begin(),
        event('response.failed', { response: failed }),
        event('error', { code, message, param: null, error }),
      ];
    },
    whole() {
      const { status, more } = endOf(parts.finish);
      return response(status, more);
    },
  };
}

function endOf(finish: string | null): { status: 'completed' | 'incomplete'; more: Loose } {
  const reason =
    finish === 'length' ? 'max_output_tokens' : finish === 'content_filter' ? finish : null;
  return reason === null
    ? { status: 'completed', more: {} }
    : { status: 'incomplete', more: { incomplete_details: { reason } } };
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

function usageOf(usage: Loose | null): Loose | null {
  if (usage === null) return null;
  const input_tokens = count(usage['prompt_tokens']);
  const output_tokens = count(usage['completion_tokens']);
  return {
    input_tokens,
    input_tokens_details: {
      cached_tokens: count(objectIn(usage['prompt_tokens_details'])['cached_tokens']),
    },
    output_tokens,
    output_tokens_details: {
      reasoning_tokens: count(objectIn(usage['completion_tokens_details'])['reasoning_tokens']),
    },
    total_tokens: input_tokens + output_tokens,
  };
}
