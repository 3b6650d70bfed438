import { describe, expect, test } from 'vitest';
import { chunkOf } from '../../../../domain/routing/forms/parts.ts';
import { writeResponses } from '../../../../domain/routing/forms/responses/write-answer.ts';
import { completion, eventsOf, failure, streams } from './chunks.ts';

const write = (request = {}) => writeResponses({ model: 'auto', ...request }, 1_795_953_600);
const types = (name: keyof typeof streams): string[] =>
  eventsOf(write(), streams[name]).map(({ event }) => event.replace(/^response\./, ''));

describe('an answer in the form of OpenAI’s responses', () => {
  test('streams one item after the other, each begun and ended, numbered without a gap', () => {
    expect(types('text')).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
    const events = eventsOf(write(), streams.calls);
    expect(events.map(({ data }) => data['sequence_number'])).toEqual(events.map((_, at) => at));
    expect(events.every(({ event, data }) => event === data['type'])).toBe(true);
  });

  test('ends with the whole of it: its items, what it counted, and the target that gave it', () => {
    const { data } = eventsOf(write({ temperature: 0 }), streams.calls).at(-1)!;
    expect(data['response']).toMatchObject({
      id: 'resp_12',
      object: 'response',
      status: 'completed',
      model: 'shop/model',
      temperature: 0,
      store: false,
      output: [
        { type: 'message', status: 'completed', content: [{ type: 'output_text', text: 'Wait.' }] },
        { type: 'function_call', call_id: 'call_a', name: 'first', arguments: '{"a":1}' },
        { type: 'function_call', call_id: 'call_b', name: 'second', arguments: '{"b":2}' },
      ],
      usage: {
        input_tokens: 12,
        input_tokens_details: { cached_tokens: 4 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 17,
      },
    });
  });

  test('is the same as a whole and as a stream', () => {
    const whole = write();
    whole.chunk(chunkOf(completion));
    whole.end();
    const streamed = eventsOf(write(), streams.calls).at(-1)!.data['response'];
    expect(whole.whole()).toEqual(streamed);
  });

  test('shows thoughts as an item of their own', () => {
    const { data } = eventsOf(write(), streams.thought).at(-1)!;
    expect(data['response']).toMatchObject({
      output: [
        { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'Hm.' }] },
        { type: 'message', content: [{ text: 'Yes.' }] },
      ],
    });
  });

  test('that reached its limit is incomplete', () => {
    const { event, data } = eventsOf(write(), streams.short).at(-1)!;
    expect(event).toBe('response.incomplete');
    expect(data['response']).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  test.each([
    ['before', 0],
    ['after', 3],
  ])('that broke %s its first content has failed, and is never completed', (_, chunks) => {
    const writer = write();
    const before = streams.text.slice(0, chunks).flatMap((chunk) => writer.chunk(chunk));
    const last = writer.fail(failure);
    expect([...before, ...last][0]!.event).toBe('response.created');
    expect(last.slice(-2).map(({ event }) => event)).toEqual(['response.failed', 'error']);
    expect(last.at(-2)!.data['response']).toMatchObject({
      status: 'failed',
      error: { code: 'upstream_error' },
    });
  });
});
