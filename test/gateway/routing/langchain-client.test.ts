import { HumanMessage, type AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelsOf, provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
let apiKey: string;
const chats = ['ok', 'tools', 'no-index', 'cut-at:2', 'json'];
beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([
    provider(upstream.base, chats, {
      models: [...modelsOf(chats), ...modelsOf(['vectors'], { can: ['embed'] })],
    }),
  ]);
  apiKey = await gateway.token('operator');
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const model = (name: string, useResponsesApi: boolean): ChatOpenAI =>
  new ChatOpenAI({
    model: `script/${name}`,
    apiKey,
    useResponsesApi,
    maxRetries: 0,
    configuration: { baseURL: `${gateway.base}/v1` },
  });
const asked = [new HumanMessage('Say hello.')];
const tool = (name: string) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: {} } },
});

describe.each([
  ['chat completions', false],
  ['responses', true],
])('LangChain, by %s', (_, responses) => {
  test('gets an answer with its usage', async () => {
    const answer = await model('ok', responses).invoke(asked);
    expect(answer.text).toBe('Hello.');
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 9, output_tokens: 3 });
  });

  test('streams one', async () => {
    let text = '';
    for await (const chunk of await model('ok', responses).stream(asked)) text += chunk.text;
    expect(text).toBe('Hello.');
  });

  test.each(['tools', 'no-index'])('gets the tool calls of %s', async (name) => {
    const bound = model(name, responses).bindTools([tool('first'), tool('second')]);
    let all = null as AIMessageChunk | null;
    for await (const chunk of await bound.stream(asked)) all = all?.concat(chunk) ?? chunk;
    const { tool_calls } = all!;
    expect(tool_calls).toMatchObject([
      { name: 'first', args: { a: 1 } },
      { name: 'second', args: { b: 2 } },
    ]);
  });

  test('is not given a broken stream as a complete answer', async () => {
    const read = async (): Promise<string> => {
      let text = '';
      for await (const chunk of await model('cut-at:2', responses).stream(asked))
        text += chunk.text;
      return text;
    };
    await expect(read()).rejects.toThrow();
  });
});

test('LangChain gets vectors', async () => {
  const embeddings = new OpenAIEmbeddings({
    model: 'script/vectors',
    apiKey,
    configuration: { baseURL: `${gateway.base}/v1` },
  });
  expect(await embeddings.embedDocuments(['a', 'four'])).toEqual([
    [0.5, 1, -1],
    [0.5, 4, -1],
  ]);
});
