import { afterAll, beforeAll, expect, test } from 'vitest';
import { callBy, modelsOf, provider, startRouted, type Routed } from './routed.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';

let upstream: ScriptedProvider;
let one: Routed;
beforeAll(async () => {
  upstream = await startScriptedProvider();
  // a router, whose shipped models answer only by name where something else is in use
  const router = { id: 'openrouter', base_url: upstream.base, key_env: 'OTHER_KEY' };
  one = await startRouted([provider(upstream.base, ['ok']), router]);
});
afterAll(async () => {
  await one.close();
  await upstream.close();
});

const decide = (model: string) =>
  one.router.dryRun({ model, messages: [{ role: 'user', content: 'hello' }] }, callBy());

test('a model that answers only by name is not chosen for auto', async () => {
  const { candidates, excluded } = await decide('auto');
  expect(candidates.id).toEqual(['script/ok']);
  expect(excluded.filter(({ reasons }) => !reasons.includes('disabled'))).toEqual([]);
});

test('and is chosen by its name', async () => {
  const named = 'openrouter/openai/gpt-4.1';
  expect((await decide(named)).chosen).toBe(named);
});

test('a router of one’s own is asked not to repeat and not to go elsewhere, unless the caller says otherwise', async () => {
  const models = modelsOf(['ok']);
  const router = await startRouted([{ id: 'litellm', base_url: upstream.base, models }]);
  await router.ask({ model: 'litellm/ok', num_retries: 2 });
  expect(upstream.seen.at(-1)!.body).toMatchObject({ num_retries: 2, disable_fallbacks: true });
  await router.close();
});
