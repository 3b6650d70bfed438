import { expect, test } from 'vitest';
import { readLlmSettings } from '../../../activities/providers/settings.ts';
import { shippedProvider } from '../../../activities/providers/shipped/shipped.ts';
import { shutdownOf } from '../../../activities/providers/shipped/shutdown.ts';

test.each([
  ['nothing', {}, null],
  ['variables that are passed on empty', { DEEPSEEK_API_KEY: '', VX11_LLM_BASE_URL: '' }, null],
  ['a DeepSeek key', { DEEPSEEK_API_KEY: 'k' }, { provider: 'deepseek', model: 'deepseek-flash' }],
  ['a DeepSeek token', { DEEPSEEK_API_TOKEN: 'k' }, { provider: 'deepseek', key: 'k' }],
  ['an Anthropic key', { ANTHROPIC_API_KEY: 'k' }, { kind: 'anthropic', base_url: undefined }],
  [
    'an own server besides keys',
    {
      DEEPSEEK_API_KEY: 'k',
      VX11_LLM_BASE_URL: 'http://box:11434/v1',
      VX11_LLM_MODEL: 'qwen3',
    },
    { provider: 'box:11434', model: 'qwen3', key: undefined },
  ],
  [
    'prices and budgets',
    {
      ANTHROPIC_API_KEY: 'k',
      VX11_LLM_PRICE_IN: '1',
      VX11_LLM_PRICE_OUT: '5',
      VX11_LLM_USD_PER_DAY: '0.5',
    },
    { price: { in: 1, out: 5 }, budget: { usd_per_day: 0.5, tokens_per_day: 2_000_000 } },
  ],
])('the environment with %s', (_, env, expected) => {
  const settings = readLlmSettings(env);
  if (expected === null) expect(settings).toBeNull();
  else expect(settings).toMatchObject(expected);
});

test.each([
  ['an own server without a model', { VX11_LLM_BASE_URL: 'http://box/v1' }],
  ['a user in the address', { VX11_LLM_BASE_URL: 'http://me:pw@box/v1', VX11_LLM_MODEL: 'm' }],
  ['a file', { VX11_LLM_BASE_URL: 'file:///etc/passwd', VX11_LLM_MODEL: 'm' }],
  ['a price in words', { DEEPSEEK_API_KEY: 'k', VX11_LLM_PRICE_IN: 'cheap' }],
])('the environment with %s is refused', (_, env) => {
  expect(() => readLlmSettings(env)).toThrow(/VX11_LLM/);
});

test.each([
  [
    'without a successor',
    { DEEPSEEK_API_KEY: 'k', VX11_LLM_MODEL: 'deepseek-chat' },
    'VX11_LLM_MODEL is "deepseek-chat", which deepseek shut down on 2026-07-24. Set VX11_LLM_MODEL to deepseek-flash.',
  ],
  [
    'with a successor',
    { ANTHROPIC_API_KEY: 'k', VX11_LLM_MODEL: 'claude-sonnet-4-5' },
    'VX11_LLM_MODEL is "claude-sonnet-4-5", which anthropic shut down on 2026-11-30. Set VX11_LLM_MODEL to claude-sonnet-5-5.',
  ],
])('a model that was shut down, %s, is refused', (_, env, message) => {
  expect(() => readLlmSettings(env, Date.UTC(2026, 10, 30))).toThrow(message);
});

test('a model is used until the day of its end, and an own server may have one of any name', () => {
  const env = { ANTHROPIC_API_KEY: 'k', VX11_LLM_MODEL: 'claude-sonnet-4-5' };
  expect(readLlmSettings(env, Date.UTC(2026, 10, 29, 23))?.model).toBe('claude-sonnet-4-5');
  const own = { VX11_LLM_BASE_URL: 'http://box/v1', VX11_LLM_MODEL: 'deepseek-chat' };
  expect(readLlmSettings(own)?.model).toBe('deepseek-chat');
});

test('the default models are among those that are served, and have no announced end', () => {
  for (const key of ['DEEPSEEK_API_KEY', 'ANTHROPIC_API_KEY']) {
    const { provider, model } = readLlmSettings({ [key]: 'k' }, 0)!;
    expect(shippedProvider(provider)?.models.has(model)).toBe(true);
    expect(shutdownOf(provider, model)).toBeNull();
  }
});
