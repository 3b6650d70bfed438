import type { KnownProvider } from './known-provider.ts';

const server = (id: string, more: Partial<KnownProvider> = {}): KnownProvider => ({
  id,
  keys: [],
  tags: ['local'],
  ...more,
});

/** Servers of one's own, of which the operator's file says where they are. */
export const localServers: readonly KnownProvider[] = [
  server('ollama', { kind: 'ollama' }),
  server('llama-cpp'),
  server('vllm'),
  server('sglang'),
  server('lm-studio'),
  // it repeats tool calls under several indexes
  server('localai', { quirks: { tool_index: false } }),
];
