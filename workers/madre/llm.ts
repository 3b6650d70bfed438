import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createLlm, type Llm } from '../../activities/providers/language-models.ts';
import { createLlmMetrics } from '../../activities/providers/metrics.ts';
import { readLlmSettings, type LlmSettings } from '../../activities/providers/settings.ts';
import type { Store } from '../../store/index.ts';

/**
 * Creates madre's language model from the environment. A wrong configuration is logged and madre runs without a model:
 * windows do not depend on it.
 */
export function madreLlm(deps: {
  store: Store;
  registry: Registry;
  log: Logger;
  clock: () => number;
}): Llm {
  const settings = settingsOf(deps.log);
  const { provider, model } = settings ?? {};
  deps.log.info({ provider: provider ?? 'none', model }, 'the language model');
  return createLlm(settings, {
    calls: deps.store.llmCalls,
    log: deps.log,
    clock: deps.clock,
    onCall: createLlmMetrics(deps.registry),
  });
}

function settingsOf(log: Logger): LlmSettings | null {
  try {
    return readLlmSettings(process.env);
  } catch (error) {
    // the message names variables and their faults, never their values
    log.error(
      { reason: error instanceof Error ? error.message : '' },
      'no language model: its settings are invalid',
    );
    return null;
  }
}
