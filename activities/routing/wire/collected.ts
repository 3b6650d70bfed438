import type { JsonObject } from './wire.ts';

interface ToolDelta {
  index: number;
  id?: string;
  function: { name?: string; arguments?: string };
}

/** The chunks of a stream as one `chat.completion`. */
export async function collected(chunks: AsyncIterable<JsonObject>): Promise<JsonObject> {
  let content = '';
  let reasoning_content = '';
  let finish_reason: unknown = 'stop';
  let usage: unknown;
  const tool_calls: {
    id: unknown;
    type: 'function';
    function: { name: unknown; arguments: string };
  }[] = [];
  for await (const chunk of chunks) {
    usage = chunk['usage'] ?? usage;
    const [choice] = chunk['choices'] as JsonObject[];
    finish_reason = choice?.['finish_reason'] ?? finish_reason;
    const delta = (choice?.['delta'] ?? {}) as {
      content?: string;
      reasoning_content?: string;
      tool_calls?: ToolDelta[];
    };
    content += delta.content ?? '';
    reasoning_content += delta.reasoning_content ?? '';
    for (const { index, id, function: one } of delta.tool_calls ?? []) {
      tool_calls[index] ??= { id, type: 'function', function: { name: one.name, arguments: '' } };
      tool_calls[index].function.arguments += one.arguments ?? '';
    }
  }
  const message = {
    role: 'assistant',
    content: content === '' && tool_calls.length > 0 ? null : content,
    ...(reasoning_content !== '' && { reasoning_content }),
    ...(tool_calls.length > 0 && { tool_calls }),
  };
  return {
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    choices: [{ index: 0, message, finish_reason }],
    usage,
  };
}
