import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { money, positive, type Row } from './columns.ts';

/** Our providers → its name for them. */
const names: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'gemini',
  mistral: 'mistral',
  xai: 'xai',
  deepseek: 'deepseek',
  moonshot: 'moonshot',
  zai: 'zai',
  meta: 'meta',
  groq: 'groq',
  together: 'together_ai',
  fireworks: 'fireworks_ai',
  cerebras: 'cerebras',
  baseten: 'baseten',
  cohere: 'cohere_chat',
  perplexity: 'perplexity',
  alibaba: 'dashscope',
  deepinfra: 'deepinfra',
  sambanova: 'sambanova',
  nebius: 'nebius',
  novita: 'novita',
  hyperbolic: 'hyperbolic',
  friendli: 'friendliai',
  featherless: 'featherless_ai',
  wandb: 'wandb',
  scaleway: 'scaleway',
  ovhcloud: 'ovhcloud',
  volcengine: 'volcengine',
  ai21: 'ai21',
  inception: 'inception',
};
/** Rows that are years old and were never given an end. */
const current: Readonly<Record<string, RegExp>> = {
  perplexity: /^sonar(-pro|-reasoning-pro|-deep-research)?$/,
};

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const row = z.object({
  litellm_provider: z.string(),
  mode: z.string().optional(),
  max_input_tokens: z.unknown().optional(),
  max_output_tokens: z.unknown().optional(),
  input_cost_per_token: z.unknown().optional(),
  output_cost_per_token: z.unknown().optional(),
  cache_read_input_token_cost: z.unknown().optional(),
  supports_function_calling: z.unknown().optional(),
  supports_vision: z.unknown().optional(),
  supports_audio_input: z.unknown().optional(),
  supports_response_schema: z.unknown().optional(),
  supports_reasoning: z.unknown().optional(),
  deprecation_date: day.optional().catch(undefined),
  successor_model: z.string().optional().catch(undefined),
});
type Model = z.infer<typeof row>;

/** When a model is shut down, and what should be used in its place. */
export type End = [id: string, day: string, successor: string | null];

export interface LiteLlmData {
  providers: Record<string, Row[]>;
  ends: Record<string, End[]>;
  /** Models that answer only at `/v1/responses`: `openai/gpt-5-pro`. */
  responsesOnly: Set<string>;
}

/**
 * Reads `model_prices_and_context_window_backup.json` of PyPI's litellm.
 * @param today models that have ended by then are left out of `providers`
 */
export async function readLiteLlm(path: string, today: string): Promise<LiteLlmData> {
  const all = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(path, 'utf8')));
  const data: LiteLlmData = { providers: {}, ends: {}, responsesOnly: new Set() };
  const ours = new Map(Object.entries(names).map(([id, name]) => [name, id]));
  for (const [key, value] of Object.entries(all)) {
    const parsed = row.safeParse(value);
    if (!parsed.success || !/^(chat|responses)$/.test(parsed.data.mode ?? '')) continue;
    const provider = ours.get(parsed.data.litellm_provider);
    if (provider !== undefined) take(data, provider, bare(key, parsed.data), parsed.data, today);
  }
  const byId = (lists: Record<string, (Row | End)[]>): void => {
    for (const list of Object.values(lists)) list.sort(([a], [b]) => (a < b ? -1 : 1));
  };
  byId(data.providers);
  byId(data.ends);
  return data;
}

/** `deepseek/deepseek-chat` → `deepseek-chat`; only its own name is a prefix, since models have slashes too. */
const bare = (key: string, { litellm_provider: name }: Model): string =>
  key.startsWith(`${name}/`) ? key.slice(name.length + 1) : key;

function take(data: LiteLlmData, provider: string, id: string, model: Model, today: string): void {
  const { deprecation_date: ends, successor_model: next } = model;
  if (model.mode === 'responses') data.responsesOnly.add(`${provider}/${id}`);
  if (ends !== undefined) {
    const list = (data.ends[provider] ??= []);
    const successor = next === undefined ? null : bare(next, model);
    if (!list.some(([known]) => known === id)) list.push([id, ends, successor]);
  }
  const out = current[provider]?.test(id) === false || (ends !== undefined && ends <= today);
  const rows = (data.providers[provider] ??= []);
  if (!out && model.mode === 'chat' && !rows.some(([known]) => known === id))
    rows.push(rowOf(id, model));
}

function rowOf(id: string, model: Model): Row {
  const perMillion = (value: unknown): number | null =>
    typeof value === 'number' ? money(value * 1e6) : null;
  const priceIn = perMillion(model.input_cost_per_token);
  const priceOut = perMillion(model.output_cost_per_token);
  const known = priceIn !== null && priceOut !== null;
  const can = [
    model.supports_function_calling === true ? 't' : '',
    model.supports_vision === true ? 'v' : '',
    model.supports_response_schema === true ? 'j' : '',
    model.supports_audio_input === true ? 'a' : '',
    model.supports_reasoning === true ? 'r' : '',
  ].join('');
  return [
    id,
    positive(model.max_input_tokens),
    positive(model.max_output_tokens),
    known ? priceIn : null,
    known ? priceOut : null,
    known ? perMillion(model.cache_read_input_token_cost) : null,
    can,
    '',
  ];
}
