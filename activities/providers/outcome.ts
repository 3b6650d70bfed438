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

/** What a model said, before anybody looked at it. */
export interface Said {
  text: string;
  reasoning: string | null;
  tokens: Tokens;
}

/** What came of one call. `detail` is in our words: a provider's own may repeat the key or the prompt. */
export type Outcome =
  | (Said & { ok: true; value: unknown })
  | {
      ok: false;
      error: LlmError;
      detail: string;
      tokens: Tokens;
      /** Another try may help, after this many ms; null where it cannot. */
      again_ms: number | null;
      /** The provider did no work for it: it refused by its status, or was never reached. */
      free: boolean;
    };
type Failure = Extract<Outcome, { ok: false }>;

/** The longest text that is taken from a model, in characters. */
export const textLimit = 64 * 1024;
const pauseMs = 250;
const none: Tokens = { in: 0, out: 0 };

const failed = (
  error: LlmError,
  detail: string,
  again_ms: number | null = null,
  tokens = none,
): Failure => ({ ok: false, error, detail, tokens, again_ms, free: false });

/** Makes the call, and of whatever comes back or goes wrong an outcome. */
export async function asked(schema: z.ZodType | null, call: () => Promise<Said>): Promise<Outcome> {
  try {
    return taken(await call(), schema);
  } catch (error) {
    const chain = chainOf(error);
    return { ...outcomeOf(chain), free: isRefusal(chain) || isUnreached(chain) };
  }
}

/** Takes an answer that is as it was asked for: a text, or JSON that fits the schema. */
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

/** Models like to put JSON between fences of Markdown. */
const unfenced = (text: string): string =>
  /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text;

/** The part of the SDK's errors that is looked at; the SDK itself is not loaded for it. */
interface CallError {
  name?: string;
  cause?: unknown;
  /** Of errors of the system: what it is, and what was being done. */
  code?: unknown;
  syscall?: string;
  statusCode?: number;
  responseHeaders?: Record<string, string>;
}

/** An error and what caused it. */
function chainOf(thrown: unknown): CallError[] {
  const chain: CallError[] = [];
  for (let at = thrown; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  return chain;
}

const isRefusal = (chain: CallError[]): boolean =>
  chain.some(({ statusCode = 0 }) => statusCode >= 300);

/** What fetch, and TLS where it trusts nobody there, say of a connection over which nothing was sent. */
const unconnected =
  /^(UND_ERR_CONNECT_TIMEOUT$|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** Where a name has several addresses, what went wrong with each comes as one error. */
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
  // fetch says so when the connection breaks under the answer
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
  if (status < 300) return failed('bad_answer', 'the provider answered in another form', 0);
  const passing = status >= 500 || status === 408 || status === 409;
  return failed('provider_error', `the provider answered ${status}`, passing ? pauseMs : null);
}

const longestHoldMs = 10 * 60_000;

/** `Retry-After` in seconds or as a date; a second where the provider does not say. */
function retryAfterMs(headers: Record<string, string>): number {
  const said = headers['retry-after'] ?? '';
  const ms = /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestHoldMs) : 1000;
}
