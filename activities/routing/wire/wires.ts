import type { ProviderKind } from '../../../contracts/provider.ts';
import { anthropicWire } from './anthropic.ts';
import { ollamaWire } from './ollama.ts';
import { openaiWire } from './openai.ts';
import type { Wire, WireCall } from './wire.ts';

/** Speaks to the address under which a provider has OpenAI's protocol beside its own. */
function openaiUnder(path: string): Wire {
  const moved = (call: WireCall): WireCall => ({
    ...call,
    provider: {
      ...call.provider,
      auth: 'bearer',
      base_url: `${call.provider.base_url.replace(/\/$/, '')}${path}`,
    },
  });
  return {
    stream: (call) => openaiWire.stream(moved(call)),
    complete: (call) => openaiWire.complete(moved(call)),
  };
}

const wires: Readonly<Record<Exclude<ProviderKind, 'cli'>, Wire>> = {
  openai: openaiWire,
  anthropic: anthropicWire,
  // signatures of tool calls come back in `extra_content`, so that nothing is lost in this form
  gemini: openaiUnder('/openai'),
  ollama: ollamaWire,
};

/** The protocol of a provider. */
export const wireOf = (kind: Exclude<ProviderKind, 'cli'>): Wire => wires[kind];
