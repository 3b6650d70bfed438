import type { RoutingOutcome, RoutingTry } from '../../../contracts/routing-call.ts';
import type { FailureKind } from '../../../contracts/routing.ts';
import { learn, rewardOf, type Outcome } from '../../../domain/routing/learning/learn.ts';
import { estimateTokens, wasTruncated } from '../../../domain/routing/learning/tokens.ts';
import { toolCallsParse, type Tally } from '../answer/tally.ts';
import type { Usage } from '../answer/usage.ts';
import { billOf as priceOf } from '../catalog/prices/bill.ts';
import type { WireFailure } from '../wire/wire.ts';
import type { CatalogModel } from '../catalog/catalog.ts';
import { endAttempt, punish, type Attempt } from './attempt.ts';
import type { ChatDeps } from './deps.ts';
import type { Session } from './session.ts';

/** How one try ended. */
export interface Ended {
  /** Null for a complete answer. */
  kind: FailureKind | null;
  failure: WireFailure | null;
  tally: Tally | null;
  firstTokenMs: number | null;
}

/** What a try used, and what it cost. */
export interface Bill {
  usage: Usage;
  from: 'provider' | 'estimate';
  usd: number | null;
}

/** Failures after which nothing was computed, so that nothing is billed. */
const unbilled = new Set<FailureKind | null>([
  'rate_limited',
  'quota',
  'no_money',
  'unauthorized',
  'no_such_model',
  'too_long',
  'bad_request',
  'lacks_capability',
]);
const usual = {
  usage: { tokens_in: 0, tokens_out: 0, cached: 0, cache_write: 0 },
  from: 'estimate' as const,
  usd: 0,
};

const usdOf = (
  model: CatalogModel,
  { tokens_in, tokens_out, cached, cache_write }: Usage,
  at: number,
) => priceOf(model, { in: tokens_in, out: tokens_out, cached, cache_write }, at).usd;

/** Characters of an answer for one token, as for prices of prompts. */
const charactersPerToken = 4;

/** What a try costs: what its provider counted, else an estimate if it may be billed. */
function billOf(
  { request, record, at_ms }: Session,
  { model, reservation }: Attempt,
  { kind, tally, failure }: Ended,
  deps: ChatDeps,
): Bill {
  if (tally?.usage != null) {
    const { usage } = tally;
    return { usage, from: 'provider', usd: usdOf(model, usage, at_ms) };
  }
  if (unbilled.has(kind) || (tally === null && failure?.unsettled !== true)) return usual;
  const { cost } = estimateTokens(deps.beliefs(), model.target, request.features);
  // of an answer that is not streamed nobody sees what there was of it when its request ended
  const unseen = request.stream || request.embeds ? 0 : record.tokens_out;
  const usage = {
    tokens_in: Math.ceil(cost),
    tokens_out: Math.ceil(tally === null ? unseen : tally.length / charactersPerToken),
    cached: 0,
    cache_write: 0,
  };
  const usd = usdOf(model, usage, at_ms);
  return {
    usage,
    from: 'estimate',
    usd: usd === null || tally !== null ? usd : Math.min(usd, reservation.usd),
  };
}

/** Settles, learns and notes one try. Returns its kind, which may be `truncated` although the answer looked complete. */
export function finishTry(
  session: Session,
  attempt: Attempt,
  ended: Ended,
  deps: ChatDeps,
): { bill: Bill; kind: FailureKind | null; reward: RoutingOutcome['reward'] } {
  const { model, provider, key } = attempt;
  const { features } = session.request;
  const ms = performance.now() - attempt.began;
  const bill = billOf(session, attempt, ended, deps);
  const reported = ended.tally?.usage?.tokens_in ?? null;
  const isShort =
    ended.kind === null &&
    reported !== null &&
    wasTruncated(deps.beliefs(), model.target, features, reported);
  const kind = isShort ? 'truncated' : ended.kind;
  endAttempt(attempt, deps);
  deps.uses.ended(model, kind === null);
  deps.facts.budget.settle(attempt.reservation, {
    usd: bill.usd ?? 0,
    tokens: bill.usage.tokens_in + bill.usage.tokens_out,
  });
  if (ended.tally?.usage != null)
    attempt.allowed.used(bill.usage.tokens_in + bill.usage.tokens_out);
  if (kind === null) deps.facts.limits.succeeded({ model, key }, deps.clock());
  else if (ended.failure !== null) punish(ended.failure, attempt, kind, deps);
  const outcome = outcomeOf(session, attempt, ended, kind, ms);
  learn(deps.beliefs(), outcome);
  deps.metrics.ended(provider.id, model.target.id, kind ?? 'ok');
  if (ended.firstTokenMs !== null) deps.metrics.firstToken(provider.id, ended.firstTokenMs / 1000);
  deps.metrics.spent(provider.id, bill.usage.tokens_in, bill.usage.tokens_out, bill.usd);
  session.tries.push(tryOf(attempt, ended, kind, ms));
  const taught =
    kind === null || kind === 'bad_answer' || kind === 'truncated' || kind === 'refused';
  const round = deps.beliefs().rounds[features.type] ?? 0;
  return { bill, kind, reward: taught ? { outcome: rewardOf(outcome), round } : null };
}

function outcomeOf(
  { request }: Session,
  { model }: Attempt,
  { tally, firstTokenMs }: Ended,
  failure: FailureKind | null,
  ms: number,
): Outcome {
  const parse = tally === null ? null : toolCallsParse(tally);
  return {
    target: model.target.id,
    request: request.features,
    failure,
    evidence: {
      ...(parse !== null && { toolCalls: parse }),
      ...(request.wantsJson && failure === null && parse === null && { verdict: true }),
    },
    first_token_seconds: firstTokenMs === null ? null : firstTokenMs / 1000,
    // an answer that came as a whole tells its total alone
    stream_seconds: tally === null ? null : (ms - (firstTokenMs ?? 0)) / 1000,
    tokens_out:
      tally === null
        ? null
        : (tally.usage?.tokens_out ?? Math.ceil(tally.length / charactersPerToken)),
    reported_tokens_in: tally?.usage?.tokens_in ?? null,
  };
}

const detailLength = 300;

const tryOf = (
  { model, key, call }: Attempt,
  { failure, firstTokenMs }: Ended,
  kind: FailureKind | null,
  ms: number,
): RoutingTry => ({
  target: model.target.id,
  key,
  failure: kind,
  status: failure?.upstream.status ?? null,
  detail:
    failure === null ? null : withoutSecret(failure.message, call.secret).slice(0, detailLength),
  ms: Math.round(ms),
  first_token_ms: firstTokenMs === null ? null : Math.round(firstTokenMs),
});

/** A provider's words without the key, which some of them repeat. */
export const withoutSecret = (text: string, secret: string | null): string =>
  secret === null || secret.length < 4 ? text : text.replaceAll(secret, '***');

/** Stores a request that is over. */
export function finishSession(
  session: Session,
  outcome: Partial<RoutingOutcome> & Pick<RoutingOutcome, 'ok' | 'target' | 'code'>,
  deps: ChatDeps,
): void {
  const { id, request, record, tries, dropped, at_ms } = session;
  const { owner, owner_id, correlation_id } = request.call;
  deps.record({
    decision_id: id,
    at_ms,
    owner,
    owner_id,
    correlation_id,
    surface: request.call.surface,
    dropped,
    record,
    tries,
    outcome: {
      tokens_in: null,
      tokens_out: null,
      usage_from: null,
      cost_usd: null,
      finish: null,
      reward: null,
      ...outcome,
    },
  });
}

/** Stores a request that was answered, and remembers where its conversation is. */
export function finishAnswered(
  session: Session,
  { model }: Attempt,
  { bill, kind, reward }: ReturnType<typeof finishTry>,
  code: string | null,
  tally: Tally,
  deps: ChatDeps,
): void {
  const { usage, from, usd } = bill;
  const target = model.target.id;
  finishSession(
    session,
    {
      ok: kind === null,
      target,
      code,
      tokens_in: usage.tokens_in,
      tokens_out: usage.tokens_out,
      usage_from: from,
      cost_usd: usd,
      finish: tally.finish,
      reward,
    },
    deps,
  );
  if (kind !== null) return;
  const { request } = session;
  deps.conversations.remember(request.call.owner_id, request.conversation, {
    type: request.features.type,
    target,
    tokens: usage.tokens_in + usage.tokens_out,
    at_ms: deps.clock(),
  });
}
