import { afterAll, beforeAll, expect, test } from 'vitest';
import { provider, startRouted } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
beforeAll(async () => void (upstream = await startScriptedProvider()));
afterAll(() => upstream.close());

const cache_control = { type: 'ephemeral' };
const rules = [
  { type: 'text', text: 'Long rules.', cache_control },
  { type: 'text', text: 'Be brief.' },
];
const marked = () => ({
  cache_control,
  messages: [
    { role: 'system', content: structuredClone(rules) },
    { role: 'user', content: [{ type: 'text', text: 'Say hello.', cache_control }] },
  ],
  tools: [{ type: 'function', function: { name: 'look' }, cache_control }],
});

test('a target without marks for its prompt cache gets none, and x-vx11-dropped says so', async () => {
  const one = await startRouted([provider(upstream.base, ['ok'])]);
  const asked = marked();
  const { headers } = await one.ask(asked);
  expect(headers['x-vx11-dropped']).toBe('cache_control');
  const { body } = upstream.seen.at(-1)!;
  expect(JSON.stringify(body)).not.toContain('cache_control');
  expect(body['messages']).toEqual([
    { role: 'system', content: 'Long rules.\n\nBe brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Say hello.' }] },
  ]);
  // a fallback that takes them must still find them
  expect(asked).toEqual(marked());
  await one.close();
});

test('OpenRouter gets them as they came', async () => {
  const entry = provider(upstream.base, ['ok'], { id: 'openrouter' });
  const one = await startRouted([entry]);
  const { headers } = await one.ask(marked());
  expect(headers['x-vx11-dropped']).toBeUndefined();
  expect(upstream.seen.at(-1)!.body).toMatchObject(marked());
  await one.close();
});

test('a request without marks is sent as it came', async () => {
  const one = await startRouted([provider(upstream.base, ['ok'])]);
  const messages = [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }] }];
  const { headers } = await one.ask({ messages });
  expect(headers['x-vx11-dropped']).toBeUndefined();
  expect(upstream.seen.at(-1)!.body['messages']).toEqual(messages);
  await one.close();
});
