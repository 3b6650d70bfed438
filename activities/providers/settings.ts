import { readEnv } from '../../contracts/env.ts';
import type { Budget } from './budget.ts';
import { hasEnded, shutdownOf } from './shipped/shutdown.ts';

/** The model, its address and its budget. The key is never logged or stored. */
export interface LlmSettings {
  kind: 'openai_compatible' | 'anthropic';
  /** The provider's name in answers and accounts. */
  provider: string;
  model: string;
  /** Undefined means the provider's default address. */
  base_url: string | undefined;
  key: string | undefined;
  /** USD per million tokens; null if not configured. */
  price: { in: number; out: number } | null;
  budget: Budget;
  /** Carries requests, such as with a client certificate; set only for switch. */
  send?: typeof fetch | undefined;
  /** Headers of one call; set only for switch, which chooses the model itself. */
  headersFor?: (call: { correlation_id: string; timeout_ms: number }) => Record<string, string>;
}

const usdPerDay = 2;
const tokensPerDay = 2_000_000;

/** What is asked unless VX11_LLM_MODEL says otherwise. */
const defaultModels = { deepseek: 'deepseek-flash', anthropic: 'claude-haiku-4-5' };

/**
 * Reads the configured provider; null if there is none.
 *
 * @param now epoch ms
 * @throws if VX11_LLM_BASE_URL is set without a model, since there is no default for it, or if the provider has shut the model down
 */
export function readLlmSettings(
  source: Record<string, string | undefined>,
  now = Date.now(),
): LlmSettings | null {
  const env = readEnv(
    source,
    'VX11_LLM_BASE_URL',
    'VX11_LLM_MODEL',
    'VX11_LLM_KEY',
    'DEEPSEEK_API_KEY',
    'DEEPSEEK_API_TOKEN',
    'ANTHROPIC_API_KEY',
    'VX11_LLM_PRICE_IN',
    'VX11_LLM_PRICE_OUT',
  );
  const prices = { in: env.VX11_LLM_PRICE_IN, out: env.VX11_LLM_PRICE_OUT };
  const common = {
    price:
      prices.in === undefined && prices.out === undefined
        ? null
        : { in: prices.in ?? 0, out: prices.out ?? 0 },
    budget: readBudget(source),
  };
  const model = env.VX11_LLM_MODEL;
  if (env.VX11_LLM_BASE_URL !== undefined) {
    if (model === undefined) throw new Error('VX11_LLM_BASE_URL also needs VX11_LLM_MODEL.');
    const { host } = new URL(env.VX11_LLM_BASE_URL);
    const where = { base_url: env.VX11_LLM_BASE_URL, key: env.VX11_LLM_KEY };
    return { kind: 'openai_compatible', provider: host, model, ...where, ...common };
  }
  const deepseek = env.DEEPSEEK_API_KEY ?? env.DEEPSEEK_API_TOKEN;
  if (deepseek !== undefined) {
    return {
      kind: 'openai_compatible',
      provider: 'deepseek',
      model: liveModel('deepseek', model, now),
      base_url: 'https://api.deepseek.com',
      key: deepseek,
      ...common,
    };
  }
  if (env.ANTHROPIC_API_KEY === undefined) return null;
  return {
    kind: 'anthropic',
    provider: 'anthropic',
    model: liveModel('anthropic', model, now),
    base_url: undefined,
    key: env.ANTHROPIC_API_KEY,
    ...common,
  };
}

/** What madre may spend in a day. */
export function readBudget(source: Record<string, string | undefined>): LlmSettings['budget'] {
  const env = readEnv(source, 'VX11_LLM_USD_PER_DAY', 'VX11_LLM_TOKENS_PER_DAY');
  return {
    usd_per_day: env.VX11_LLM_USD_PER_DAY ?? usdPerDay,
    tokens_per_day: env.VX11_LLM_TOKENS_PER_DAY ?? tokensPerDay,
  };
}

/** The model that is asked. Throws if its provider has shut it down: each call would fail. */
function liveModel(
  provider: keyof typeof defaultModels,
  model: string | undefined,
  now: number,
): string {
  const usual = defaultModels[provider];
  const end = shutdownOf(provider, model ?? usual);
  if (end === null || !hasEnded(end, now)) return model ?? usual;
  const instead = end.successor ?? (model === undefined ? 'a model of today' : usual);
  throw new Error(
    `VX11_LLM_MODEL is ${model === undefined ? 'not set, and ' : ''}"${model ?? usual}", which ${provider} shut down on ${end.day}. Set VX11_LLM_MODEL to ${instead}.`,
  );
}
