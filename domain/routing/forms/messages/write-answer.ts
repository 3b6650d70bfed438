import { objectIn, type Loose } from '../../request/loose.ts';
import type { AnswerWriter, FormEvent } from '../form.ts';
import { createParts, type Part, type PartEvent } from '../parts.ts';
import { messagesError } from './error.ts';

const reasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

/**
 * Writes an answer in the form of Anthropic's messages. Thoughts are given only to a caller that asked for them; they have no
 * signature, and come back as text.
 * @param request as the caller sent it
 */
export function writeMessages(request: Loose): AnswerWriter {
  const parts = createParts();
  const blocks: Part[] = [];
  const thinks = ['enabled', 'adaptive'].includes(String(objectIn(request['thinking'])['type']));
  const isShown = ({ kind }: Part): boolean => kind !== 'reasoning' || thinks;
  let id = 'msg_0';
  let model: unknown = request['model'] ?? 'auto';
  let begun = false;
  const event = (type: string, fields: Loose): FormEvent => ({
    event: type,
    data: { type, ...fields },
  });
  const message = (content: Loose[], stop_reason: string | null, usage: Loose): Loose => ({
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason,
    stop_sequence: null,
    usage,
  });
  const begin = (): FormEvent[] => {
    if (begun) return [];
    begun = true;
    return [event('message_start', { message: message([], null, usageOf(null)) })];
  };
  const write = ({ at, part, ...more }: PartEvent): FormEvent[] => {
    if (!isShown(part)) return [];
    if (at === 'begin') blocks.push(part);
    const index = blocks.indexOf(part);
    if (at === 'begin')
      return [event('content_block_start', { index, content_block: emptyBlock(part) })];
    if (at === 'end') return [event('content_block_stop', { index })];
    const { text } = more as { text: string };
    return [event('content_block_delta', { index, delta: deltaOf(part, text) })];
  };
  const stopReason = (): string => reasons[parts.finish ?? 'stop'] ?? 'end_turn';
  return {
    chunk(chunk) {
      if (typeof chunk['id'] === 'string') id = `msg_${chunk['id'].replace(/^chatcmpl-/, '')}`;
      model = chunk['model'] ?? model;
      const taken = parts.take(chunk);
      return [...begin(), ...taken.flatMap(write)];
    },
    end() {
      const last = [...begin(), ...parts.end().flatMap(write)];
      const delta = { stop_reason: stopReason(), stop_sequence: null };
      return [
        ...last,
        event('message_delta', { delta, usage: usageOf(parts.usage) }),
        event('message_stop', {}),
      ];
    },
    fail: (error) => [...begin(), { event: 'error', data: messagesError(error, null) }],
    whole: () => message(blocks.map(blockOf), stopReason(), usageOf(parts.usage)),
  };
}

function emptyBlock({ kind, id, name }: Part): Loose {
  if (kind === 'call') return { type: 'tool_use', id, name, input: {} };
  if (kind === 'reasoning') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'text', text: '' };
}

function deltaOf({ kind }: Part, text: string): Loose {
  if (kind === 'call') return { type: 'input_json_delta', partial_json: text };
  if (kind === 'reasoning') return { type: 'thinking_delta', thinking: text };
  return { type: 'text_delta', text };
}

function blockOf(part: Part): Loose {
  const { kind, id, name, text } = part;
  if (kind === 'call') return { type: 'tool_use', id, name, input: inputOf(text) };
  if (kind === 'reasoning') return { type: 'thinking', thinking: text, signature: '' };
  return { type: 'text', text };
}

function inputOf(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return {}; // an answer that ended in the middle of a call
  }
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** In this form, tokens from a cache, and those written into it, are not part of the others. */
function usageOf(usage: Loose | null): Loose {
  const details = objectIn(usage?.['prompt_tokens_details']);
  const [cached, written] = [count(details['cached_tokens']), count(details['cache_write_tokens'])];
  return {
    input_tokens: Math.max(0, count(usage?.['prompt_tokens']) - cached - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    output_tokens: count(usage?.['completion_tokens']),
  };
}
