import { z } from 'zod';
import { modelPath } from './model-files.ts';
import { clockTime } from './notice-channel.ts';
import { capability, tokenPrice } from './routing.ts';
import { serviceName } from './text.ts';

/**
 * The protocol of a provider: OpenAI's chat completions, Anthropic's messages, Gemini's own, Ollama's own `/api`; or a program
 * that runs as a task in a sandbox.
 */
export const providerKind = z.enum(['openai', 'anthropic', 'gemini', 'ollama', 'cli']);
export type ProviderKind = z.infer<typeof providerKind>;

export const providerId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be small letters, digits, dots, dashes, underscores');

/** The name of a variable. Nothing that could be a key itself: those have small letters, dashes, or no letter at first. */
const keyVariable = z
  .string()
  .max(100)
  .regex(
    /^[A-Z][A-Z0-9_]*$/,
    'must be the name of an environment variable, such as DEEPSEEK_API_KEY; keys do not belong in this file',
  );

/** Where requests go. Without credentials, query or fragment, which end up in logs, and without variables. */
const baseUrl = z
  .string()
  .max(500)
  .regex(
    /^https?:\/\/[^\s@?#{}/]+(\/[^\s@?#{}]*)?$/,
    'must be an http or https URL without credentials, query or fragment, such as http://ollama:11434/v1',
  );

const tokens = z.int().min(1).max(100_000_000);
const perPeriod = z.int().min(1).max(1_000_000_000_000);

/** What an account may use: requests and tokens per minute and per day, money per day, requests at the same time. */
export const providerLimits = z.strictObject({
  rpm: perPeriod.optional(),
  tpm: perPeriod.optional(),
  rpd: perPeriod.optional(),
  tpd: perPeriod.optional(),
  usd_per_day: z.number().min(0).max(1_000_000).optional(),
  concurrency: z.int().min(1).max(10_000).optional(),
  /** When a day begins at the provider, in UTC; 0 unless it is given. */
  reset_hour_utc: z.int().min(0).max(23).optional(),
});
export type ProviderLimits = z.infer<typeof providerLimits>;

/** One model, as the operator knows it. What is left out comes from the provider's list or from the shipped data. */
export const providerModel = z.strictObject({
  /** As the provider writes it. */
  id: z.string().min(1).max(135).regex(/^\S+$/, 'must be the name of a model, without spaces'),
  context: tokens.optional(),
  max_output: tokens.optional(),
  /** USD for a million tokens; 0 is free. `cached` is as `in` unless it is given. */
  price: tokenPrice.partial({ cached: true }).optional(),
  can: z.array(capability).max(6).optional(),
  quality: z.number().min(0).max(1).optional(),
  /** Its file in the folder of models, if hermes keeps it and its server names it otherwise. */
  file: modelPath.optional(),
});
export type ProviderModel = z.infer<typeof providerModel>;

/**
 * `local`: its text stays on machines of yours, and it costs nothing unless a price is given. `no_retention`: it keeps no text.
 * `last_resort`: used only if nothing else is eligible. `off`: not used, even with a key.
 */
export const providerTag = z.enum(['local', 'no_retention', 'last_resort', 'off']);
export type ProviderTag = z.infer<typeof providerTag>;

const timeZone = z.string().refine(
  (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
    } catch {
      return false;
    }
  },
  { error: 'must be a time zone such as Europe/Madrid, or UTC' },
);
/** From a time of day to another, the next day if that is earlier. */
const quietTimes = z.strictObject({
  from: clockTime,
  to: clockTime,
  timezone: timeZone.default('UTC'),
});

/** Programs that answer a prompt. */
export const cliProgram = z.enum([
  'codex',
  'claude',
  'gemini',
  'opencode',
  'qwen',
  'llm',
  'ollama',
]);
export type CliProgramName = z.infer<typeof cliProgram>;

export const providerEntry = z.strictObject({
  id: providerId,
  /** OpenAI's, unless VX11 knows the provider. */
  kind: providerKind.optional(),
  /** Required unless VX11 knows it. */
  base_url: baseUrl.optional(),
  /** The variable that holds the key. */
  key_env: keyVariable.optional(),
  /** Variables of further keys. */
  keys: z.array(keyVariable).min(1).max(50).optional(),
  /** The whole list of its models; without it, those of its own list and of the shipped data. */
  models: z.array(providerModel).min(1).max(500).optional(),
  limits: providerLimits.optional(),
  /** Required for `cli`, and only there: the program of the sandbox's image that answers. */
  program: cliProgram.optional(),
  /** Hosts that the program may reach, of those that VX11_EGRESS_ALLOW names; none by default. */
  egress: z.array(z.string().min(1).max(260)).max(50).optional(),
  /** The memory of the program's task; what the program is known to need by default. */
  memory_mb: z.int().min(16).max(32_768).optional(),
  /** The service of the compose file that runs it. */
  service: serviceName.optional(),
  /**
   * While it wakes, another target answers, if at least three requests are expected to follow; by default they wait for it.
   */
  prewarm: z.boolean().optional(),
  /** When it is not woken for a request; one that is awake answers. */
  quiet: quietTimes.optional(),
  /** What a minute of its window costs, such as power or a rented machine; 0 by default. */
  usd_per_minute: z.number().min(0).max(1000).optional(),
  /** Names of the tokens that may use it, or their ids; all by default. `madre` is madre itself. */
  allow: z.array(z.string().min(1).max(64)).min(1).max(200).optional(),
  tags: z.array(providerTag).max(4).optional(),
});
export type ProviderEntry = z.infer<typeof providerEntry>;

/** The content of `VX11_PROVIDERS_FILE`, which is YAML; see docs/providers.md. */
export const providersFile = z.strictObject({
  providers: z.array(providerEntry).max(200),
});

/** In what a provider differs from the protocol of its kind. */
export const providerQuirks = z.strictObject({
  max_tokens_field: z.enum(['max_tokens', 'max_completion_tokens']),
  /** What the ids of tool calls may be: anything; 9 letters and digits; letters, digits, `_` and `-`. */
  tool_ids: z.enum(['any', 'alnum9', 'word']),
  /** False: its tool deltas have no index, or a wrong one. */
  tool_index: z.boolean(),
  /** It takes `stream_options.include_usage`. */
  stream_usage: z.boolean(),
  /** It takes `temperature`. */
  temperature: z.boolean(),
  /** It takes `strict` in the schema of a tool. */
  strict_tools: z.boolean(),
  /** It takes marks of what its prompt cache should keep, `cache_control` as Anthropic has it, at parts, messages and tools. */
  cache_control: z.boolean(),
  /** `reasoning_content` must come back with the assistant's turns. */
  reasoning_back: z.boolean(),
  /** Signatures on tool calls must come back. */
  signatures: z.boolean(),
  /** A header with the id of the conversation keeps its prompt cache; null: none. */
  affinity_header: z.string().nullable(),
  /** Fields that it should get with every request, unless the caller sets them. */
  adds: z.record(z.string(), z.boolean().or(z.number())),
  /** Only by `/v1/responses`, which chat completions cannot reach. */
  responses_only: z.boolean(),
});
export type ProviderQuirks = z.infer<typeof providerQuirks>;
