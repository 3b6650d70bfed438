import type { ProviderKind } from '../../../contracts/provider.ts';
import { openaiWire } from './openai.ts';
import type { Wire } from './wire.ts';

/** The protocol of a provider. */
export const wireOf = (_kind: ProviderKind): Wire => openaiWire;
