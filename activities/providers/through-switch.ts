import { routingHeaders } from '../../contracts/routing-call.ts';
import { internalHeader } from '../../platform/internal-key.ts';
import type { Llm } from './language-models.ts';
import type { LlmSettings } from './settings.ts';

/** In accounts of switch. */
const owner = 'madre';
const shortestDeadlineMs = 100;

/**
 * madre as a client of switch: the target that fits best answers within the time that there is, on the account of madre. Nothing
 * is woken for it.
 *
 * @param url of switch
 * @param key of the installation
 */
export const switchSettings = (
  { url, key, send }: { url: string; key: string; send?: typeof fetch },
  budget: LlmSettings['budget'],
): LlmSettings => ({
  kind: 'openai_compatible',
  provider: 'switch',
  model: 'auto',
  base_url: new URL('/v1', url).href,
  key: undefined,
  send,
  price: null,
  budget,
  headersFor: ({ correlation_id, timeout_ms }) => ({
    [internalHeader]: key,
    ...routingHeaders({
      owner,
      owner_id: owner,
      may_open: false,
      correlation_id,
      surface: 'chat',
      source: 'madre',
      options: { deadline_ms: Math.max(shortestDeadlineMs, Math.round(timeout_ms)) },
      woken: null,
    }),
  }),
});

/** Whether switch is awake, as far as it is known; asking brings the knowledge up to date for the next time. */
export interface SwitchWatch {
  isAwake(): boolean;
  /** Waits until it is known as of now. */
  look(): Promise<boolean>;
}

/** Answers through switch while that is awake, else by madre's own model, if there is one. */
export function llmThroughSwitch(routed: Llm, direct: Llm, watch: SwitchWatch): Llm {
  return {
    get provider() {
      return (watch.isAwake() ? routed : direct).provider;
    },
    get model() {
      return (watch.isAwake() ? routed : direct).model;
    },
    async ask(request) {
      const began = performance.now();
      if (!(await watch.look())) return direct.ask(request);
      const answer = await routed.ask(request);
      const left = request.timeout_ms - (performance.now() - began);
      // switch ended meanwhile, or has no target: its limits of money are never passed by another way
      const isAway =
        !answer.ok && (answer.error === 'provider_error' || answer.error === 'unauthorized');
      if (!isAway || direct.provider === null || left <= 0) return answer;
      return direct.ask({ ...request, timeout_ms: left });
    },
  };
}
