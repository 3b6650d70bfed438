import { describe, expect, test } from 'vitest';
import { readResponses } from '../../../../domain/routing/forms/responses/read-request.ts';

describe('a request in the form of OpenAI’s responses', () => {
  test('becomes one of chat completions, with its limits, schema, tools and thinking', () => {
    const schema = { type: 'object', properties: {} };
    const { body, dropped, conversation } = readResponses({
      model: 'auto:eco',
      instructions: 'Be brief.',
      input: 'Say hello.',
      max_output_tokens: 50,
      temperature: 0,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } },
      tools: [
        { type: 'function', name: 'look', parameters: schema, strict: false },
        { type: 'web_search' },
      ],
      tool_choice: { type: 'function', name: 'look' },
      parallel_tool_calls: false,
      prompt_cache_key: 'session-7',
      store: true,
      include: ['reasoning.encrypted_content'],
      stream: true,
    });
    expect(body).toEqual({
      model: 'auto:eco',
      stream: true,
      temperature: 0,
      parallel_tool_calls: false,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hello.' },
      ],
      max_completion_tokens: 50,
      reasoning_effort: 'low',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema, strict: true },
      },
      tools: [{ type: 'function', function: { name: 'look', parameters: schema, strict: false } }],
      tool_choice: { type: 'function', function: { name: 'look' } },
      stream_options: { include_usage: true },
    });
    expect(dropped).toEqual(['tools.web_search']);
    expect(conversation).toBe('session-7');
  });

  test('keeps its history: calls of one turn are together, and thoughts stay with their turn', () => {
    const call = (call_id: string, name: string) => ({
      type: 'function_call',
      id: `fc_${call_id}`,
      call_id,
      name,
      arguments: '{}',
    });
    const { body, dropped } = readResponses({
      input: [
        { role: 'developer', content: 'Rules.' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', content: [{ type: 'reasoning_text', text: 'Hm.' }] },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'I look.', annotations: [] }],
        },
        call('a', 'first'),
        call('b', 'second'),
        { type: 'function_call_output', call_id: 'a', output: 'one' },
        {
          type: 'function_call_output',
          call_id: 'b',
          output: [{ type: 'input_text', text: 'two' }],
        },
        { type: 'web_search_call', id: 'ws_1' },
      ],
    });
    const called = (id: string, name: string) => ({
      id,
      type: 'function',
      function: { name, arguments: '{}' },
    });
    expect(body['messages']).toEqual([
      { role: 'developer', content: 'Rules.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        reasoning_content: 'Hm.',
        tool_calls: [called('a', 'first'), called('b', 'second')],
      },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
    ]);
    expect(dropped).toEqual(['input.web_search_call']);
  });

  test.each<[string, object, string]>([
    [
      'an earlier answer',
      { input: 'go on', previous_response_id: 'resp_1' },
      'previous_response_id',
    ],
    ['a conversation', { input: 'go on', conversation: 'conv_1' }, 'conversation'],
    ['an item by its id', { input: [{ type: 'item_reference', id: 'x' }] }, 'input.0'],
    ['an answer later', { input: 'go on', background: true }, 'background'],
    ['only rules', { input: [{ role: 'system', content: 'Rules.' }] }, 'input'],
    [
      'a file by its id',
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
      'input.0.content.0',
    ],
  ])('is refused where it names %s', (_, body, param) =>
    expect(() => readResponses({ ...body })).toThrow(expect.objectContaining({ param }) as Error),
  );
});
