import type { ProviderKind, ProviderQuirks } from '../../../../contracts/provider.ts';
import { hosts, routers } from './hosts.ts';
import type { KnownProvider } from './known-provider.ts';
import { localServers } from './local-servers.ts';
import { makers } from './makers.ts';

/** All providers that VX11 knows, by id. docs/providers.md says where addresses and names of keys are from. */
export const knownProviders: ReadonlyMap<string, KnownProvider> = new Map(
  [...makers, ...hosts, ...routers, ...localServers].map((provider) => [provider.id, provider]),
);

const plain: ProviderQuirks = {
  max_tokens_field: 'max_tokens',
  tool_ids: 'any',
  tool_index: true,
  stream_usage: true,
  temperature: true,
  strict_tools: false,
  cache_control: false,
  reasoning_back: false,
  signatures: false,
  affinity_header: null,
  adds: {},
  responses_only: false,
};

/** What holds for a protocol unless its provider says otherwise. */
export const quirksOfKind: Readonly<Record<ProviderKind, ProviderQuirks>> = {
  openai: plain,
  anthropic: { ...plain, tool_ids: 'word', strict_tools: true, cache_control: true },
  gemini: { ...plain, tool_index: false, signatures: true },
  ollama: plain,
  cli: plain,
};

/** Targets of one family take the same histories: the same ids of tool calls, and signatures or none. */
export const familyOf = (kind: ProviderKind, { tool_ids, signatures }: ProviderQuirks): string => {
  if (kind === 'anthropic' || signatures) return kind;
  return tool_ids === 'alnum9' ? 'mistral' : 'openai';
};
