import type { z } from 'zod';
import { OversizedAnswer } from './fetch.ts';

export type LlmError =
  | 'not_configured'
  | 'timeout'
  | 'unauthorized'
  | 'rate_limited'
  | 'provider_error'
  | 'bad_answer'
  | 'over_budget';

export interface Tokens {
  in: number;
  out: number;
}

/** A model's raw answer, not yet validated. */
export interface Said {
  text: string;
  reasoning: string | null;
  tokens: Tokens;
  /** The model that answered, by its own word; null if it does not say. */
  answered: string | null;
  /** USD, as switch tells it; null for others. */
  cost_usd: number | null;
}

/** The outcome of one call. `detail` never quotes the provider, whose text may repeat the key or the prompt. */
export type Outcome =
  | (Said & { ok: true; value: unknown })
  | {
      ok: false;
      error: LlmError;
      detail: string;
      tokens: Tokens;
      /** Retry after this many ms; null if a retry cannot help. */
      again_ms: number | null;
      /** The provider did no work: it refused by status, or was never reached. */
      free: boolean;
    };
type Failure = Extract<Outcome, { ok: false }>;

/** The longest accepted text of a model, in characters. */
export const textLimit = 64 * 1024;
const pauseMs = 250;
const none: Tokens = { in: 0, out: 0 };

const failed = (
  error: LlmError,
  detail: string,
  again_ms: number | null = null,
  tokens = none,
): Failure => ({ ok: false, error, detail, tokens, again_ms, free: false });

/** Makes the call and turns its answer or its error into an outcome. */
export async function outcomeOfCall(
  schema: z.ZodType | null,
  call: () => Promise<Said>,
): Promise<Outcome> {
  try {
    return taken(await call(), schema);
  } catch (error) {
    const chain = chainOf(error);
    return { ...outcomeOf(chain), free: isRefusal(chain) || isUnreached(chain) };
  }
}

/** Validates an answer: a text, or JSON that fits the schema. */
function taken(said: Said, schema: z.ZodType | null): Outcome {
  const { text, tokens } = said;
  if (text.trim() === '') return failed('bad_answer', 'the answer is empty', 0, tokens);
  if (text.length > textLimit) return failed('bad_answer', 'the answer is too long', null, tokens);
  if (schema === null) return { ok: true, value: text, ...said };
  let json: unknown;
  try {
    json = JSON.parse(unfenced(text));
  } catch {
    return failed('bad_answer', 'the answer is not JSON', 0, tokens);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data, ...said };
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || '(root)').slice(0, 5);
  return failed('bad_answer', `the answer does not fit: ${fields.join(', ')}`, 0, tokens);
}

/** Removes the Markdown fences that models often put around JSON. */
const unfenced = (text: string): string =>
  /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text;

/** The members of the SDK's errors that we read; its types would load the SDK. */
interface CallError {
  name?: string;
  cause?: unknown;
  /** Of system errors: the code, and the system call. */
  code?: unknown;
  syscall?: string;
  statusCode?: number;
  responseHeaders?: Record<string, string>;
}

/** Returns an error and its causes. */
function chainOf(thrown: unknown): CallError[] {
  const chain: CallError[] = [];
  for (let at = thrown; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  return chain;
}

const isRefusal = (chain: CallError[]): boolean =>
  chain.some(({ statusCode = 0 }) => statusCode >= 300);

/** Error codes of fetch and TLS for connections over which no request was sent. */
const unconnected =
  /^(UND_ERR_CONNECT_TIMEOUT$|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** Returns whether the provider was never reached. For a name with several addresses, one error holds those of all. */
const isUnreached = (chain: CallError[]): boolean =>
  chain.some(
    (error) =>
      error instanceof AggregateError ||
      /^(connect|getaddrinfo)$/.test(error.syscall ?? '') ||
      (typeof error.code === 'string' && unconnected.test(error.code)),
  );

function outcomeOf(chain: CallError[]): Failure {
  if (chain.some((error) => error instanceof OversizedAnswer))
    return failed('bad_answer', 'the answer is too long');
  if (chain.some(({ name }) => name === 'AbortError' || name === 'TimeoutError'))
    return failed('timeout', 'the provider did not answer in time');
  // fetch throws a TypeError when the connection breaks during the answer
  if (chain.some((error) => error instanceof TypeError))
    return failed('provider_error', 'the connection to the provider failed', pauseMs);
  const status = chain.find(({ statusCode }) => statusCode !== undefined)?.statusCode;
  const headers = chain.find(({ responseHeaders }) => responseHeaders)?.responseHeaders ?? {};
  if (status === undefined) {
    const unread = chain.some(({ name }) =>
      /JSONParse|TypeValidation|NoOutput|NoObject/.test(name ?? ''),
    );
    if (unread) return failed('bad_answer', 'the provider answered in another form', 0);
    return failed('provider_error', 'the connection to the provider failed', pauseMs);
  }
  if (status === 401 || status === 403)
    return failed('unauthorized', `the provider refused the key (${status})`);
  if (status === 429)
    return failed('rate_limited', 'the provider wants fewer calls', retryAfterMs(headers));
  if (status === 402) return failed('over_budget', 'the account has no money left (402)');
  if (status < 300) return failed('bad_answer', 'the provider answered in another form', 0);
  const passing = status >= 500 || status === 408 || status === 409;
  return failed('provider_error', `the provider answered ${status}`, passing ? pauseMs : null);
}

const longestHoldMs = 10 * 60_000;

/** Reads `Retry-After`, in seconds or as a date, in ms; one second if the provider sent none. */
function retryAfterMs(headers: Record<string, string>): number {
  const said = headers['retry-after'] ?? '';
  const ms = /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestHoldMs) : 1000;
}
