import { expect, test } from 'vitest';
import { readLlmSettings } from '../../../activities/providers/settings.ts';

test.each([
  ['nothing', {}, null],
  ['variables that are passed on empty', { DEEPSEEK_API_KEY: '', VX11_LLM_BASE_URL: '' }, null],
  ['a DeepSeek key', { DEEPSEEK_API_KEY: 'k' }, { provider: 'deepseek', model: 'deepseek-chat' }],
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
