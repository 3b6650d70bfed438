import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { createBreaker, NotAsked } from '../../platform/concurrency/breaker.ts';
import { timeout, TimeoutError } from '../../platform/concurrency/timeout.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import { startOfDay, type LlmCallStore } from '../../store/autonomy/llm-calls.ts';
import type { LlmError, Outcome } from './outcome.ts';
import { loadProvider, type Provider } from './provider.ts';
import type { LlmSettings } from './settings.ts';
import { aboutTokens, count, none, noUsage, type Usage } from './usage.ts';
import { sha256 } from '../../platform/hash.ts';

export interface LlmRequest<T> {
  purpose: 'parse' | 'reason' | 'chat';
  system: string;
  user: string;
  /** The schema of the answer; null accepts any text. */
  schema: z.ZodType<T> | null;
  /** The time for everything, including the queue, retries and their pauses. */
  timeout_ms: number;
  correlation_id: string;
  /** The account that is charged, if it is not the purpose itself. */
  account?: string;
  /**
   * Called while the answer streams, with its text so far, or with the part of its object that can be parsed so far,
   * undefined if none can. Returns whether it passed anything on; then the call is not retried. Not called after `ask` has
   * returned. What it gets is not validated: only the final answer is.
   */
  onPartial?: (soFar: unknown) => boolean;
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
      /** Null if no price is configured. */
      cost_usd: number | null;
      latency_ms: number;
    }
  | { ok: false; error: LlmError; detail: string };

/** A language model, if one is configured. It never throws: every caller can continue with its rules. */
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
/** After this many failures in a row the breaker opens, for `openMs`. */
const failuresToOpen = 3;
const openMs = 15_000;
/** More parallel calls would only queue at the provider. */
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
      log.warn({ err: error }, 'could not read the usage of models');
      return null;
    });
    if (spent === null) return 'the usage of today cannot be read from the store';
    if (spent.tokens >= budget.tokens_per_day) return `${spent.tokens} tokens were used today`;
    if (spent.cost_usd >= budget.usd_per_day) return `${spent.cost_usd} USD were spent today`;
    return null;
  };
  const costOf = (used: Usage): number | null =>
    settings.price === null
      ? used.usd
      : (used.in * settings.price.in + used.out * settings.price.out) / 1e6;

  /** Retries until the call succeeds, cannot succeed, or the time is over. Counts the tokens of all attempts. */
  const attempts = async <T>(
    request: LlmRequest<T>,
    signal: AbortSignal,
    used: Usage,
  ): Promise<Outcome> => {
    const give = await load();
    const giveUp = performance.now() + request.timeout_ms;
    const prompt = { in: aboutTokens(request.system.length + request.user.length), out: 0 };
    const onPartial = (soFar: unknown, length: number): void => {
      if (signal.aborted) return;
      used.estimate = { ...prompt, out: aboutTokens(length) };
      if (request.onPartial!(soFar)) used.passed_on = true;
    };
    const tryOnce = async (): Promise<Outcome> => {
      used.attempts += 1;
      used.estimate = prompt;
      const outcome = await give({
        ...request,
        maxTokens: maxTokens[request.purpose],
        signal,
        onPartial: request.onPartial === undefined ? null : onPartial,
      });
      if (signal.aborted) return outcome;
      if (!outcome.ok && outcome.free && used.estimate.out === 0) used.estimate = none;
      count(used, outcome.tokens);
      if (outcome.ok && outcome.cost_usd !== null) used.usd = (used.usd ?? 0) + outcome.cost_usd;
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
      // aborts the call; one that ignores the signal is abandoned
      late.abort();
      return timedOut;
    }
  };

  /** Only a failure of the provider counts: one that was still streaming when the time was over works. */
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
      const used = noUsage();
      const answer = breaker.run(async () => {
        const outcome = await inTime(request, used);
        if (isOutage(outcome, used)) throw new CallFailed(outcome);
        return outcome;
      });
      const outcome = await outcomeOf(answer).catch((error: unknown) => {
        if (error instanceof NotAsked) return null;
        throw error;
      });
      if (outcome === null) {
        const detail = `${provider} failed repeatedly; it is not called for a while`;
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
      const who = answeredBy(settings, outcome);
      deps.onCall?.(call);
      log.info({ ...call, ...who, correlation_id: request.correlation_id }, 'llm call');
      await calls
        .record({
          ...call,
          at: clock(),
          account: request.account ?? request.purpose,
          ...who,
          attempts: used.attempts,
          correlation_id: request.correlation_id,
          prompt_hash: hashOf(request),
        })
        .catch((error: unknown) =>
          log.warn({ err: error }, 'could not record the cost of an llm call'),
        );
      if (!outcome.ok) return { ok: false, error: outcome.error, detail: outcome.detail };
      const { tokens_in, tokens_out, cost_usd, latency_ms } = call;
      const { text, reasoning } = outcome;
      const figures = { tokens_in, tokens_out, cost_usd, latency_ms };
      return { ok: true, value: outcome.value as T, text, reasoning, ...who, ...figures };
    },
  };
}

/** Who answered: of a model that was routed, the target. */
function answeredBy(
  { provider, model, headersFor }: LlmSettings,
  outcome: Outcome,
): { provider: string; model: string } {
  const target = headersFor !== undefined && outcome.ok ? outcome.answered : null;
  const at = target?.indexOf('/') ?? -1;
  if (target === null || at < 0) return { provider, model };
  return { provider: target.slice(0, at), model: target.slice(at + 1) };
}

type Failure = Extract<Outcome, { ok: false }>;

/** Carries a failed outcome through code that counts or retries thrown errors. */
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

const hashOf = ({ system, user }: LlmRequest<unknown>): string =>
  sha256(JSON.stringify([system, user]));
