import type { Loose } from '../../../../domain/routing/request/loose.ts';
import type { AnswerWriter, FormEvent } from '../../../../domain/routing/forms/form.ts';

const named = { id: 'chatcmpl-12', model: 'shop/model' };
const delta = (fields: object, finish_reason: string | null = null): Loose => ({
  ...named,
  choices: [{ index: 0, delta: fields, finish_reason }],
});
const call = (index: number, text: string, more: object = {}): Loose =>
  delta({ tool_calls: [{ index, function: { arguments: text, ...more }, ...more }] });
const begun = (index: number, id: string, name: string): Loose =>
  delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
const usage = {
  ...named,
  choices: [],
  usage: {
    prompt_tokens: 12,
    completion_tokens: 5,
    total_tokens: 17,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 2 },
  },
};

/** Streams of chat completions, as switch gives them. */
export const streams = {
  text: [
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'Hel' }),
    delta({ content: 'lo.' }),
    delta({}, 'stop'),
    usage,
  ],
  thought: [
    delta({ role: 'assistant', reasoning_content: 'Hm' }),
    delta({ reasoning_content: '.' }),
    delta({ content: 'Yes.' }),
    delta({}, 'stop'),
    usage,
  ],
  calls: [
    delta({ role: 'assistant', content: 'Wait.' }),
    begun(0, 'call_a', 'first'),
    call(0, '{"a":'),
    begun(1, 'call_b', 'second'),
    call(0, '1}'),
    call(1, '{"b":2}'),
    delta({}, 'tool_calls'),
    usage,
  ],
  short: [delta({ role: 'assistant', content: 'Hel' }), delta({}, 'length'), usage],
} satisfies Record<string, Loose[]>;

/** A whole answer with everything in it. */
export const completion: Loose = {
  ...named,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Wait.',
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'first', arguments: '{"a":1}' } },
          { id: 'call_b', type: 'function', function: { name: 'second', arguments: '{"b":2}' } },
        ],
      },
      finish_reason: 'tool_calls',
    },
  ],
  usage: usage.usage,
};

export const failure = {
  message: 'The target broke off.',
  type: 'api_error',
  code: 'upstream_error',
  decision_id: 'decision-0000000000000001',
};

/** All events of a stream. */
export const eventsOf = (writer: AnswerWriter, chunks: readonly Loose[]): FormEvent[] => [
  ...chunks.flatMap((chunk) => writer.chunk(chunk)),
  ...writer.end(),
];
