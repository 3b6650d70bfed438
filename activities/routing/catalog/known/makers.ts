import type { KnownProvider } from './known-provider.ts';

/** Those who make the models that they serve. */
export const makers: readonly KnownProvider[] = [
  {
    id: 'openai',
    base_url: 'https://api.openai.com/v1',
    keys: ['OPENAI_API_KEY'],
    quirks: { max_tokens_field: 'max_completion_tokens', strict_tools: true },
  },
  {
    id: 'anthropic',
    kind: 'anthropic',
    base_url: 'https://api.anthropic.com/v1',
    keys: ['ANTHROPIC_API_KEY'],
  },
  {
    id: 'gemini',
    kind: 'gemini',
    base_url: 'https://generativelanguage.googleapis.com/v1beta',
    keys: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  },
  {
    id: 'mistral',
    base_url: 'https://api.mistral.ai/v1',
    keys: ['MISTRAL_API_KEY'],
    quirks: { tool_ids: 'alnum9', stream_usage: false },
  },
  {
    id: 'cohere',
    base_url: 'https://api.cohere.ai/compatibility/v1',
    keys: ['COHERE_API_KEY'],
    lists: false,
  },
  { id: 'xai', base_url: 'https://api.x.ai/v1', keys: ['XAI_API_KEY'] },
  {
    id: 'deepseek',
    base_url: 'https://api.deepseek.com',
    keys: ['DEEPSEEK_API_KEY', 'DEEPSEEK_API_TOKEN'],
    quirks: { reasoning_back: true },
  },
  {
    id: 'perplexity',
    base_url: 'https://api.perplexity.ai',
    keys: ['PERPLEXITY_API_KEY'],
    lists: false,
  },
  {
    id: 'moonshot',
    base_url: 'https://api.moonshot.ai/v1',
    keys: ['MOONSHOT_API_KEY'],
    quirks: { reasoning_back: true },
  },
  {
    id: 'alibaba',
    base_url: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    keys: ['DASHSCOPE_API_KEY'],
  },
  {
    id: 'zai',
    base_url: 'https://api.z.ai/api/paas/v4',
    keys: ['ZAI_API_KEY'],
    // without it, arguments of tools come only at the end
    quirks: { adds: { tool_stream: true } },
  },
  {
    id: 'minimax',
    kind: 'anthropic',
    base_url: 'https://api.minimax.io/anthropic/v1',
    keys: ['MINIMAX_API_KEY'],
    lists: false,
  },
  { id: 'meta', base_url: 'https://api.meta.ai/v1', keys: ['META_API_KEY'] },
  { id: 'ai21', base_url: 'https://api.ai21.com/studio/v1', keys: ['AI21_API_KEY'] },
  { id: 'inception', base_url: 'https://api.inceptionlabs.ai/v1', keys: ['INCEPTION_API_KEY'] },
  {
    id: 'xiaomi',
    base_url: 'https://api.xiaomimimo.com/v1',
    keys: ['XIAOMI_MIMO_API_KEY', 'XIAOMI_API_KEY'],
    quirks: { reasoning_back: true },
  },
];
