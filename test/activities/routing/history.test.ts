import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolIdsFor } from '../../../activities/routing/wire/tool-ids.ts';
import { createToolIndexes } from '../../../activities/routing/answer/tool-indexes.ts';
import { errorIn, modelsOf, provider, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const called = (id: string, more: object = {}) => [
  { role: 'user', content: 'Where are the keys?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{}' }, ...more }],
  },
  { role: 'tool', tool_call_id: id, content: 'on the table' },
];

describe('a history with tool calls', () => {
  test('18160: goes to Mistral with ids of 9 letters and digits, the same in the call and its result', async () => {
    const mistral = provider(upstream.base, ['ok'], { id: 'mistral' });
    const one = await startRouted([mistral]);
    await one.ask({ messages: called('call_abc-123.4') });
    const [, call, result] = upstream.seen.at(-1)!.body['messages'] as {
      tool_calls?: { id: string }[];
      tool_call_id?: string;
    }[];
    expect(call!.tool_calls![0]!.id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(result!.tool_call_id).toBe(call!.tool_calls![0]!.id);
    await one.close();
  });
  test.each(['call_1', 'toolu_01ABC', 'x'.repeat(100), 'ünïcode', ''])(
    'keeps %j apart from others, and maps it the same in every turn',
    (id) => {
      const [, call] = toolIdsFor(called(id), 'alnum9') as { tool_calls: { id: string }[] }[];
      const [, again] = toolIdsFor(called(id), 'alnum9') as { tool_calls: { id: string }[] }[];
      const [, other] = toolIdsFor(called(`${id}-other`), 'alnum9') as {
        tool_calls: { id: string }[];
      }[];
      expect(call!.tool_calls[0]!.id).toBe(again!.tool_calls[0]!.id);
      expect(call!.tool_calls[0]!.id).not.toBe(other!.tool_calls[0]!.id);
    },
  );
  test('with signatures of Gemini is not given to others, which could not give them back', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])]);
    const extra_content = { google: { thought_signature: 'abc' } };
    const answer = await one.ask({ messages: called('call_1', { extra_content }) });
    expect(answer.status).toBe(503);
    expect(errorIn(answer)!.message).toContain('history_not_portable');
    await one.close();
  });
});

test('a turn without thoughts goes with an empty field to a model that wants its thoughts back', async () => {
  const turns = [
    ...called('call_1'),
    { role: 'assistant', content: 'Found.', reasoning_content: 'I looked.' },
    { role: 'user', content: 'Where?' },
  ];
  const fieldsSentTo = async (id: string): Promise<unknown[]> => {
    const one = await startRouted([provider(upstream.base, ['ok'], { id })]);
    await one.ask({ messages: turns });
    await one.close();
    const sent = upstream.seen.at(-1)!.body['messages'] as { reasoning_content?: string }[];
    return sent.map(({ reasoning_content }) => reasoning_content);
  };
  const [none, thought] = [undefined, 'I looked.'];
  expect(await fieldsSentTo('deepseek')).toEqual([none, '', none, thought, none]);
  expect(await fieldsSentTo('groq')).toEqual([none, none, none, thought, none]);
});

describe('a conversation', () => {
  const turn = (one: Routed, content: string, owner_id = 'token-1') =>
    one.ask(
      { messages: [{ role: 'user', content }] },
      { owner_id, options: { conversation: 'c1', seed: 7 } },
    );
  test('1458: a short turn keeps the type of the conversation: “commit it” after code is still code', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])]);
    await turn(
      one,
      'Please refactor this TypeScript function so that the unit tests pass: ```f()```',
    );
    const { record } = await (await turn(one, 'commit it')).decision();
    expect(record.request.type).toBe('code');
    expect(record.request.warm).toMatchObject({ target: 'script/ok' });
    await one.close();
  });
  test('38078, 36146: is never shared between owners, whatever they call it', async () => {
    const one = await startRouted([provider(upstream.base, ['ok'])]);
    await turn(
      one,
      'Please refactor this TypeScript function so that the unit tests pass: ```f()```',
    );
    const { record } = await (await turn(one, 'commit it', 'token-2')).decision();
    expect(record.request).toMatchObject({ type: 'chat', warm: null });
    await one.close();
  });
});

describe('before anything is sent', () => {
  test('4967: a prompt of 8 K tokens does not go to a server of 4096', async () => {
    const models = modelsOf(['ok'], { context: 4096, max_output: 1000 });
    const one = await startRouted([provider(upstream.base, [], { models })]);
    const before = upstream.seen.length;
    const answer = await one.ask({ messages: [{ role: 'user', content: 'word '.repeat(8000) }] });
    expect(answer.status).toBe(400);
    expect(errorIn(answer)).toMatchObject({ code: 'context_length_exceeded' });
    expect(upstream.seen.length).toBe(before);
    await one.close();
  });
  test('31557: a fallback with a smaller window than the prompt is skipped with the reason, and the chain goes on', async () => {
    const [first, small, last] = modelsOf(['500', 'fine', 'ok']);
    const models = [first!, { ...small!, context: 4096, max_output: 1000 }, last!];
    const one = await startRouted([provider(upstream.base, [], { models })]);
    const answer = await one.ask({ messages: [{ role: 'user', content: 'word '.repeat(8000) }] });
    expect(answer.headers['x-vx11-target']).toBe('script/ok');
    expect((await answer.decision()).record.excluded).toMatchObject([
      { id: 'script/fine', reasons: ['context_too_small'] },
    ]);
    await one.close();
  });
});

describe('parts of tool calls', () => {
  const indexesOf = (parts: object[]): unknown[] => {
    const fix = createToolIndexes();
    return parts.map(
      (part) => (fix({ tool_calls: [part] })['tool_calls'] as { index: unknown }[])[0]!.index,
    );
  };
  test.each<[string, object[], number[]]>([
    [
      'right ones stay',
      [{ index: 0, id: 'a' }, { index: 0 }, { index: 1, id: 'b' }, { index: 1 }],
      [0, 0, 1, 1],
    ],
    ['none at all', [{ id: 'a' }, {}, { id: 'b' }, {}], [0, 0, 1, 1]],
    ['all the same', [{ index: 0, id: 'a' }, { index: 0, id: 'b' }, { index: 0 }], [0, 1, 1]],
    [
      'one call under several',
      [
        { index: 0, id: 'a' },
        { index: 1, id: 'a' },
        { index: 2, id: 'b' },
      ],
      [0, 0, 1],
    ],
    [
      'interleaved',
      [{ index: 0, id: 'a' }, { index: 1, id: 'b' }, { index: 0 }, { index: 1 }],
      [0, 1, 0, 1],
    ],
    ['beginning at 1', [{ index: 1, id: 'a' }, { index: 1 }, { index: 2, id: 'b' }], [0, 0, 1]],
  ])('get right and stable indexes: %s', (_, parts, expected) =>
    expect(indexesOf(parts)).toEqual(expected),
  );
});
