import { describe, expect, test } from 'vitest';
import { readMessages } from '../../../../domain/routing/forms/messages/read-request.ts';
import { writeMessages } from '../../../../domain/routing/forms/messages/write-answer.ts';
import { chunkOf } from '../../../../domain/routing/forms/parts.ts';
import { completion, eventsOf, failure, streams } from './chunks.ts';

describe('a request in the form of Anthropic’s messages', () => {
  test('becomes one of chat completions, with its limits, tools and thinking', () => {
    const schema = { type: 'object', properties: {} };
    const { body, dropped } = readMessages({
      model: 'auto',
      max_tokens: 100,
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
      messages: [{ role: 'user', content: 'Say hello.' }],
      stop_sequences: ['END'],
      top_k: 5,
      thinking: { type: 'enabled', budget_tokens: 4000 },
      metadata: { user_id: 'ana' },
      tools: [
        { name: 'look', description: 'Looks.', input_schema: schema },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stream: true,
    });
    expect(body).toEqual({
      model: 'auto',
      stream: true,
      max_tokens: 100,
      messages: [
        { role: 'system', content: 'Be brief.\n\nBe kind.' },
        { role: 'user', content: 'Say hello.' },
      ],
      stop: ['END'],
      user: 'ana',
      reasoning_effort: 'medium',
      tools: [
        {
          type: 'function',
          function: { name: 'look', description: 'Looks.', parameters: schema },
        },
      ],
      tool_choice: 'required',
      parallel_tool_calls: false,
      stream_options: { include_usage: true },
    });
    expect(dropped).toEqual(['top_k', 'tools.web_search_20250305']);
  });

  test('keeps its history: results of tools come before the words and pictures of the same turn', () => {
    const image = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'AA' },
    };
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } };
    const { body } = readMessages({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 's' },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'home' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'And now?' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [{ type: 'text', text: 'x' }, image],
            },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'gone', is_error: true },
          ],
        },
      ],
    });
    expect(body['messages']).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'What is it?' }, picture] },
      {
        role: 'assistant',
        content: 'I look.',
        reasoning_content: 'Hm.',
        tool_calls: [
          {
            id: 'toolu_1',
            type: 'function',
            function: { name: 'look', arguments: '{"at":"home"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'x' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'Error: gone' },
      { role: 'user', content: [picture, { type: 'text', text: 'And now?' }] },
    ]);
  });

  test('keeps its marks of what a cache should have, at the instructions, the turns, the results and the tools', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const { body } = readMessages({
      cache_control,
      system: [
        { type: 'text', text: 'Long rules.', cache_control },
        { type: 'text', text: 'Be kind.' },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Look.', cache_control }] },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {}, cache_control }],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x', cache_control }],
        },
      ],
      tools: [{ name: 'look', input_schema: {}, cache_control }],
    });
    expect(body).toMatchObject({
      cache_control,
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'Long rules.', cache_control },
            { type: 'text', text: 'Be kind.' },
          ],
        },
        { role: 'user', content: [{ type: 'text', text: 'Look.', cache_control }] },
        { role: 'assistant', tool_calls: [{ id: 'toolu_1' }], cache_control },
        { role: 'tool', content: 'x', cache_control },
      ],
      tools: [{ type: 'function', function: { name: 'look' }, cache_control }],
    });
  });

  test('is refused where it sends a document that is no text', () =>
    expect(() =>
      readMessages({
        messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'base64' } }] }],
      }),
    ).toThrow(expect.objectContaining({ param: 'messages.0.content.0' }) as Error));
});

describe('an answer in the form of Anthropic’s messages', () => {
  const write = (request = {}) => writeMessages({ model: 'auto', ...request });

  test('streams one block after the other, and of calls side by side none is mixed up', () => {
    const events = eventsOf(write(), streams.calls);
    expect(events.map(({ event, data }) => [event, data['index']])).toEqual([
      ['message_start', undefined],
      ['content_block_start', 0],
      ['content_block_delta', 0],
      ['content_block_stop', 0],
      ['content_block_start', 1],
      ['content_block_delta', 1],
      ['content_block_delta', 1],
      ['content_block_stop', 1],
      ['content_block_start', 2],
      ['content_block_delta', 2],
      ['content_block_stop', 2],
      ['message_delta', undefined],
      ['message_stop', undefined],
    ]);
    expect(events.at(-2)!.data).toMatchObject({
      delta: { stop_reason: 'tool_use' },
      usage: { input_tokens: 8, cache_read_input_tokens: 4, output_tokens: 5 },
    });
  });

  test('as a whole has the same blocks', () => {
    const writer = write();
    writer.chunk(chunkOf(completion));
    writer.end();
    expect(writer.whole()).toMatchObject({
      id: 'msg_12',
      type: 'message',
      role: 'assistant',
      model: 'shop/model',
      content: [
        { type: 'text', text: 'Wait.' },
        { type: 'tool_use', id: 'call_a', name: 'first', input: { a: 1 } },
        { type: 'tool_use', id: 'call_b', name: 'second', input: { b: 2 } },
      ],
      stop_reason: 'tool_use',
    });
  });

  test('has thoughts only for a caller that asked for them', () => {
    const kinds = (request: object) =>
      eventsOf(write(request), streams.thought).flatMap(({ data }) =>
        data['type'] === 'content_block_start' ? [data['content_block']] : [],
      );
    expect(kinds({})).toMatchObject([{ type: 'text' }]);
    expect(kinds({ thinking: { type: 'enabled', budget_tokens: 2000 } })).toMatchObject([
      { type: 'thinking' },
      { type: 'text' },
    ]);
  });

  test('that broke ends with an error, and with no message_stop', () => {
    const writer = write();
    const events = [
      ...streams.text.slice(0, 2).flatMap((one) => writer.chunk(one)),
      ...writer.fail(failure),
    ];
    expect(events.at(-1)).toEqual({
      event: 'error',
      data: { type: 'error', error: { ...failure, type: 'api_error' } },
    });
    expect(events.map(({ event }) => event)).not.toContain('message_stop');
  });
});
