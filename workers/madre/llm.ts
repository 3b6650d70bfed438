import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Budget } from '../../activities/providers/budget.ts';
import { createLlm, type Llm } from '../../activities/providers/language-models.ts';
import { createLlmMetrics, gaugeBudget } from '../../activities/providers/metrics.ts';
import {
  readBudget,
  readLlmSettings,
  type LlmSettings,
} from '../../activities/providers/settings.ts';
import { llmThroughSwitch, switchSettings } from '../../activities/providers/through-switch.ts';
import { createServices } from '../../activities/routing/state/services.ts';
import { switchService } from '../../contracts/queues.ts';
import { startOfDay } from '../../store/autonomy/llm-calls.ts';
import type { Store } from '../../store/index.ts';

/**
 * Creates madre's language model: through switch while that is awake, else the one of the environment. A wrong configuration is
 * logged and madre runs without a model of its own: windows do not depend on it.
 */
export function madreLlm(deps: {
  store: Store;
  registry: Registry;
  log: Logger;
  clock: () => number;
  /** Where switch is, and the key of the installation. */
  switchAt: { url: string; key: string | null; send?: typeof fetch };
}): Llm {
  const { store, log, clock } = deps;
  const settings = settingsOf(log);
  const { provider, model } = settings ?? {};
  log.info({ provider: provider ?? 'none', model }, 'the language model');
  const around = { calls: store.llmCalls, log, clock, onCall: createLlmMetrics(deps.registry) };
  const budget = settings?.budget ?? budgetOf(log);
  gaugeBudget(deps.registry, budget, () => store.llmCalls.spent({ since: startOfDay(clock()) }));
  const direct = createLlm(settings, around);
  const { key } = deps.switchAt;
  if (key === null) return direct;
  const services = createServices(store, clock);
  const isAwake = (): boolean => {
    const state = services.of(switchService)?.state;
    return state === 'awake' || state === 'held';
  };
  return llmThroughSwitch(
    createLlm(switchSettings({ ...deps.switchAt, key }, budget), around),
    direct,
    {
      isAwake() {
        void services.keepFresh();
        return isAwake();
      },
      async look() {
        await services.keepFresh();
        return isAwake();
      },
    },
  );
}

const budgetOf = (log: Logger): Budget =>
  orNull(log, () => readBudget(process.env)) ?? readBudget({});
const settingsOf = (log: Logger): LlmSettings | null =>
  orNull(log, () => readLlmSettings(process.env));

function orNull<T>(log: Logger, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    // the message names variables and their faults, never their values
    log.error(
      { reason: error instanceof Error ? error.message : '' },
      'no language model of madre’s own: its settings are invalid',
    );
    return null;
  }
}
