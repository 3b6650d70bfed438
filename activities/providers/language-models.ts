import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { createBreaker, NotAsked } from '../../platform/concurrency/breaker.ts';
import { timeout, TimeoutError } from '../../platform/concurrency/timeout.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import { startOfDay, type LlmCallStore } from '../../store/autonomy/llm-calls.ts';
import type { LlmError, Outcome, Tokens } from './outcome.ts';
import { loadProvider, type Provider } from './provider.ts';
import type { LlmSettings } from './settings.ts';

export interface LlmRequest<T> {
  purpose: 'parse' | 'reason' | 'chat';
  system: string;
  user: string;
  /** What the answer has to fit; null takes it as text. */
  schema: z.ZodType<T> | null;
  /** For all of it: waiting in line, retries and their pauses included. */
  timeout_ms: number;
  correlation_id: string;
  /** Who pays, where that is not the purpose itself. */
  account?: string;
  /**
   * Hears the answer as it comes: its text so far, or as much of its object as can be read by then, undefined where
   * nothing can. Says whether it passed anything of it on; then the call is not tried again. Hears nothing any more
   * once `ask` has answered, and what it heard is checked only by the answer.
   */
  heard?: (soFar: unknown) => boolean;
}

export type LlmAnswer<T> =
  | {
      ok: true;
      value: T;
      text: string;
      reasoning: string | null;
      provider: string;
      model: string;
      tokens_in: number;
      tokens_out: number;
      /** Null where nobody said what tokens cost. */
      cost_usd: number | null;
      latency_ms: number;
    }
  | { ok: false; error: LlmError; detail: string };

/** A language model, if one is configured. It never throws: whoever asks has rules to go on with. */
export interface Llm {
  provider: string | null;
  model: string | null;
  ask<T>(request: LlmRequest<T>): Promise<LlmAnswer<T>>;
}

/** One finished call, as accounts and metrics see it. */
export interface LlmCall {
  purpose: LlmRequest<unknown>['purpose'];
  outcome: 'ok' | LlmError;
  tokens_in: number;
  tokens_out: number;
  cost_usd: number | null;
  latency_ms: number;
}

interface LlmDeps {
  calls: Pick<LlmCallStore, 'record' | 'spent'>;
  log: Logger;
  /** Epoch ms. */
  clock: () => number;
  onCall?: (call: LlmCall) => void;
}

/** Reasoning counts as output at some providers. */
const maxTokens = { parse: 1_500, reason: 6_000, chat: 3_000 } as const;
const maxAttempts = 3;
/** After so many failures in a row a provider is left alone, for this long. */
const failuresToOpen = 3;
const openMs = 15_000;
/** More at once would only wait for each other at the provider. */
const concurrent = 16;

export const noLlm: Llm = {
  provider: null,
  model: null,
  ask: () =>
    Promise.resolve({ ok: false, error: 'not_configured', detail: 'no model is configured' }),
};

export function createLlm(settings: LlmSettings | null, deps: LlmDeps): Llm {
  if (settings === null) return noLlm;
  const { provider, model, budget } = settings;
  const { calls, log, clock } = deps;
  const breaker = createBreaker({
    failures: failuresToOpen,
    openMs,
    isOutage: (error) => error instanceof CallFailed,
    holdMs: (error) =>
      error instanceof CallFailed && error.outcome.error === 'rate_limited'
        ? error.outcome.again_ms
        : null,
  });
  const slots = pLimit(concurrent);
  let loading: Promise<Provider> | null = null;
  const load = async (): Promise<Provider> => {
    loading ??= loadProvider(settings);
    return loading.catch((error: unknown) => {
      loading = null;
      throw error;
    });
  };
  const overBudget = async (): Promise<string | null> => {
    const spent = await calls.spent({ since: startOfDay(clock()) }).catch((error: unknown) => {
      log.warn({ err: error }, 'what models cost today is not known');
      return null;
    });
    if (spent === null) return 'the store does not tell what was used today';
    if (spent.tokens >= budget.tokens_per_day) return `${spent.tokens} tokens were used today`;
    if (spent.cost_usd >= budget.usd_per_day) return `${spent.cost_usd} USD were spent today`;
    return null;
  };
  const costOf = (used: { in: number; out: number }): number | null =>
    settings.price === null
      ? null
      : (used.in * settings.price.in + used.out * settings.price.out) / 1e6;

  /** Tries until it works, cannot work, or the time is over. Its tokens are those of all tries. */
  const attempts = async <T>(
    request: LlmRequest<T>,
    signal: AbortSignal,
    used: Usage,
  ): Promise<Outcome> => {
    const give = await load();
    const giveUp = performance.now() + request.timeout_ms;
    const prompt = { in: aboutTokens(request.system.length + request.user.length), out: 0 };
    const heard = (soFar: unknown, length: number): void => {
      if (signal.aborted) return;
      used.untold = { ...prompt, out: aboutTokens(length) };
      if (request.heard!(soFar)) used.passed_on = true;
    };
    const tryOnce = async (): Promise<Outcome> => {
      used.attempts += 1;
      used.untold = prompt;
      const outcome = await give({
        ...request,
        maxTokens: maxTokens[request.purpose],
        signal,
        heard: request.heard === undefined ? null : heard,
      });
      if (signal.aborted) return outcome;
      if (!outcome.ok && outcome.free && used.untold.out === 0) used.untold = none;
      count(used, outcome.tokens);
      if (!outcome.ok) throw new CallFailed(outcome);
      return outcome;
    };
    const pauseMs = ({ outcome }: CallFailed): number => (outcome.again_ms ?? 0) * used.attempts;
    return outcomeOf(
      retry(tryOnce, {
        tries: maxAttempts,
        signal,
        backoff: (error) => pauseMs(error as CallFailed),
        isWorth: (error) =>
          error instanceof CallFailed &&
          error.outcome.again_ms !== null &&
          !used.passed_on &&
          performance.now() + pauseMs(error) < giveUp,
      }),
    );
  };

  const inTime = async <T>(request: LlmRequest<T>, used: Usage): Promise<Outcome> => {
    const late = new AbortController();
    const timedOut: Outcome = {
      ok: false,
      error: 'timeout',
      detail: `no answer within ${request.timeout_ms} ms`,
      tokens: { in: 0, out: 0 },
      again_ms: null,
      free: false,
    };
    const call = slots(async () =>
      late.signal.aborted ? timedOut : attempts(request, late.signal, used),
    ).catch((error: unknown): Outcome => {
      if (late.signal.aborted) return timedOut;
      log.error({ err: error }, 'the model could not be asked');
      return { ...timedOut, error: 'provider_error', detail: 'the model could not be asked' };
    });
    try {
      return await timeout(request.timeout_ms, 'the model', call);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      // the call itself is left behind where it does not hear this
      late.abort();
      return timedOut;
    }
  };

  /** Only what says that the provider does not work counts: whoever talked until the time was over is well. */
  const isOutage = (outcome: Outcome, { passed_on }: Usage): outcome is Failure => {
    if (outcome.ok || outcome.error === 'bad_answer') return false;
    return outcome.error !== 'timeout' || !passed_on;
  };

  return {
    provider,
    model,
    async ask<T>(request: LlmRequest<T>): Promise<LlmAnswer<T>> {
      const over = await overBudget();
      if (over !== null) return { ok: false, error: 'over_budget', detail: over };
      const started = performance.now();
      const used: Usage = { attempts: 0, in: 0, out: 0, untold: none, passed_on: false };
      const asked = breaker.run(async () => {
        const outcome = await inTime(request, used);
        if (isOutage(outcome, used)) throw new CallFailed(outcome);
        return outcome;
      });
      const outcome = await outcomeOf(asked).catch((error: unknown) => {
        if (error instanceof NotAsked) return null;
        throw error;
      });
      if (outcome === null) {
        const detail = `${provider} failed a moment ago, and is left alone for a while`;
        return { ok: false, error: 'provider_error', detail };
      }
      count(used, none);
      const call: LlmCall = {
        purpose: request.purpose,
        outcome: outcome.ok ? 'ok' : outcome.error,
        tokens_in: used.in,
        tokens_out: used.out,
        cost_usd: costOf(used),
        latency_ms: Math.round(performance.now() - started),
      };
      deps.onCall?.(call);
      log.info({ ...call, provider, model, correlation_id: request.correlation_id }, 'llm call');
      await calls
        .record({
          ...call,
          at: clock(),
          account: request.account ?? request.purpose,
          provider,
          model,
          attempts: used.attempts,
          correlation_id: request.correlation_id,
          prompt_hash: hashOf(request),
        })
        .catch((error: unknown) => log.warn({ err: error }, 'an llm call was not accounted'));
      if (!outcome.ok) return { ok: false, error: outcome.error, detail: outcome.detail };
      const { tokens_in, tokens_out, cost_usd, latency_ms } = call;
      const { text, reasoning } = outcome;
      const figures = { tokens_in, tokens_out, cost_usd, latency_ms };
      return { ok: true, value: outcome.value as T, text, reasoning, provider, model, ...figures };
    },
  };
}

type Failure = Extract<Outcome, { ok: false }>;

/** A call that failed, where a throw is what counts. */
class CallFailed extends Error {
  readonly outcome: Failure;

  constructor(outcome: Failure) {
    super(outcome.detail);
    this.outcome = outcome;
  }
}

const outcomeOf = (call: Promise<Outcome>): Promise<Outcome> =>
  call.catch((error: unknown) => {
    if (error instanceof CallFailed) return error.outcome;
    throw error;
  });

interface Usage extends Tokens {
  attempts: number;
  /** Of the try that goes on, about: nobody tells it of one that breaks or comes too late, and that is billed all the same. */
  untold: Tokens;
  /** Something of the answer was passed on. */
  passed_on: boolean;
}

const none: Tokens = { in: 0, out: 0 };
const aboutTokens = (characters: number): number => Math.ceil(characters / 4);

/** Counts what a provider told of one try, or about what was seen of it where it told nothing. */
function count(used: Usage, told: Tokens): void {
  const { in: read, out } = told.in + told.out === 0 ? used.untold : told;
  used.in += read;
  used.out += out;
  used.untold = none;
}

const hashOf = ({ system, user }: LlmRequest<unknown>): string =>
  createHash('sha256')
    .update(JSON.stringify([system, user]))
    .digest('hex');
