import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, streamText } from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provider } from '../../activities/routing/routed.ts';
import {
  startScriptedProvider,
  type ScriptedProvider,
} from '../../activities/routing/scripted-provider.ts';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.ts';

let upstream: ScriptedProvider;
let gateway: RoutedGateway;
let models: ReturnType<typeof createOpenAICompatible>;
beforeAll(async () => {
  upstream = await startScriptedProvider();
  gateway = await startRoutedGateway([provider(upstream.base, ['ok', 'no-index', 'cut-at:2'])]);
  const apiKey = await gateway.token('operator');
  models = createOpenAICompatible({
    name: 'vx11',
    baseURL: `${gateway.base}/v1`,
    apiKey,
    includeUsage: true,
  });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

test('the AI SDK gets an answer with its usage, and streams one', async () => {
  const { text, usage } = await generateText({ model: models('script/ok'), prompt: 'Say hello.' });
  expect({ text, tokens: usage.totalTokens }).toEqual({ text: 'Hello.', tokens: 12 });
  const streamed = streamText({ model: models('script/ok'), prompt: 'Say hello.' });
  expect(await streamed.text).toBe('Hello.');
  expect((await streamed.usage).totalTokens).toBe(12);
});

test('the AI SDK gets tool calls that came without indexes', async () => {
  const inputSchema = jsonSchema({ type: 'object' });
  const tools = { first: { inputSchema }, second: { inputSchema } };
  const { toolCalls } = streamText({ model: models('script/no-index'), prompt: 'Look.', tools });
  expect((await toolCalls).map(({ toolName, input }) => [toolName, input])).toEqual([
    ['first', { a: 1 }],
    ['second', { b: 2 }],
  ]);
});

test('the AI SDK is not given a broken stream as a complete one', async () => {
  const seen: string[] = [];
  const { stream } = streamText({
    model: models('script/cut-at:2'),
    prompt: 'Say hello.',
    maxRetries: 0,
    onError: () => undefined,
  });
  for await (const part of stream) seen.push(part.type);
  expect(seen).toContain('error');
});
