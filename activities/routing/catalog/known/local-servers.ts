import type { KnownProvider } from './known-provider.ts';

const server = (id: string, more: Partial<KnownProvider> = {}): KnownProvider => ({
  id,
  keys: [],
  tags: ['local'],
  ...more,
});

/** They make a grammar of a schema; whether a model can call tools depends on its template, so the operator says it. */
const grammar = { can: ['json'] } as const;

/** Servers of one's own, of which the operator's file says where they are. */
export const localServers: readonly KnownProvider[] = [
  server('ollama', { kind: 'ollama' }),
  server('llama-cpp', grammar),
  server('vllm', grammar),
  server('sglang', grammar),
  server('lm-studio', grammar),
  // it repeats tool calls under several indexes
  server('localai', { quirks: { tool_index: false } }),
  server('llama-swap', grammar),
  // routers below ours, which may lead to paid models: with their own retries and fallbacks, a failure would count twice
  server('litellm', {
    tags: [],
    router: true,
    quirks: { adds: { num_retries: 0, disable_fallbacks: true } },
  }),
  server('bifrost', { tags: [], router: true }),
];
