import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createLlm, type Llm } from '../activities/llm.ts';
import { createLlmMetrics } from '../activities/llm/metrics.ts';
import { readLlmSettings } from '../activities/llm/settings.ts';
import type { Store } from '../store/index.ts';

/** madre's language model, from her own environment; one that is configured wrongly stops her start with a sentence. */
export function madreLlm(deps: {
  store: Store;
  registry: Registry;
  log: Logger;
  clock: () => number;
}): Llm {
  const settings = readLlmSettings(process.env);
  const { provider, model } = settings ?? {};
  deps.log.info({ provider: provider ?? 'none', model }, 'the language model');
  return createLlm(settings, {
    calls: deps.store.llmCalls,
    log: deps.log,
    clock: deps.clock,
    onCall: createLlmMetrics(deps.registry),
  });
}
