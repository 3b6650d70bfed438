import type { FailureKind } from '../../../contracts/routing.ts';
import {
  isAccountWide,
  kindOf,
  lackingCapability,
} from '../../../domain/routing/failure/upstream-error.ts';
import { quote } from '../../../domain/routing/quote.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { CatalogModel, CatalogProvider } from '../catalog/catalog.ts';
import type { Reservation } from '../state/budget.ts';
import { prepareBody } from '../wire/prepare-body.ts';
import { wireOf } from '../wire/wires.ts';
import type { Wire, WireCall, WireFailure } from '../wire/wire.ts';
import type { ChatDeps } from './deps.ts';
import { RoutingError } from './reply.ts';
import type { Session } from './session.ts';

/** A try that is under way. */
export interface Attempt {
  model: CatalogModel;
  provider: CatalogProvider;
  key: string | null;
  wire: Wire;
  call: WireCall;
  reservation: Reservation;
  /** From `performance.now()`. */
  began: number;
}

/** Characters of one token, for limits of size: rather too many. */
const bytesPerToken = 1000;
const leastBytes = 1024 * 1024;

/**
 * Reserves money and prepares the request for one target. Returns null if a limit of its provider stands in the way; throws
 * `RoutingError` if a limit of the owner does.
 */
export async function beginAttempt(
  session: Session,
  target: string,
  key: string | null,
  signal: AbortSignal,
  deps: ChatDeps,
): Promise<Attempt | null> {
  const catalog = deps.catalog.current();
  const model = catalog.models.get(target);
  const provider = catalog.providers.find(({ id }) => id === model?.provider);
  if (model === undefined || provider === undefined) return null;
  const { request, record } = session;
  const { worst_cost } = quote(model.target, request.features, deps.beliefs(), record.tokens_out);
  const owner = request.call.owner_id;
  const limit = provider.limits.usd_per_day ?? null;
  const reservation = await deps.facts.budget.reserve(owner, provider.id, limit, worst_cost ?? 0);
  if ('refused' in reservation) {
    if (reservation.refused.startsWith('provider:')) return null;
    throw new RoutingError(
      'budget_exceeded',
      'The budget of today does not cover this request. It starts again at 00:00 UTC; VX11_SWITCH_USD_PER_DAY and VX11_SWITCH_USD_PER_OWNER set it.',
      { decision_id: session.id },
    );
  }
  const { body, dropped } = prepareBody(request.body, model.quirks);
  session.dropped.push(...dropped.filter((one) => !session.dropped.includes(one)));
  const tokens = request.features.max_output;
  const cold = provider.service !== null && session.woken.has(provider.service);
  const affinity = model.quirks.affinity_header;
  deps.facts.limits.sent({ model, key }, deps.clock());
  deps.active.set(target, (deps.active.get(target) ?? 0) + 1);
  if (provider.service !== null) deps.facts.wakes.asked(provider.service, deps.clock());
  return {
    model,
    provider,
    key,
    wire: wireOf(provider.kind),
    reservation,
    began: performance.now(),
    call: {
      provider: {
        ...provider,
        headers: {
          ...provider.headers,
          ...(affinity !== null && { [affinity]: affinityOf(owner, request.conversation) }),
        },
      },
      quirks: model.quirks,
      secret: key === null ? null : deps.secret(key),
      model: model.model,
      body,
      signal,
      limits: {
        firstByteMs: cold ? deps.limits.coldFirstByteMs : deps.limits.firstByteMs,
        betweenMs: deps.limits.betweenMs,
        bytes: tokens === null ? deps.limits.bytes : Math.max(leastBytes, tokens * bytesPerToken),
      },
    },
  };
}

/** A name for a conversation that tells a provider nothing about its owner. */
const affinityOf = (owner: string, conversation: string): string =>
  sha256(`${owner}\n${conversation}`).slice(0, 32);

/** It is over: it counts no more among those that its target answers. */
export function endAttempt({ model }: Attempt, deps: ChatDeps): void {
  const { id } = model.target;
  const left = (deps.active.get(id) ?? 1) - 1;
  if (left > 0) deps.active.set(id, left);
  else deps.active.delete(id);
}

/** What a failure means, as far as it can be read from the provider's words and from the state of its service. */
export function judge(
  failure: WireFailure,
  { provider }: Attempt,
  contentSent: boolean,
  deps: ChatDeps,
): FailureKind {
  const kind =
    failure.kind !== null && !(contentSent && failure.kind === 'failed')
      ? failure.kind
      : kindOf({ ...failure.upstream, content_sent: contentSent });
  if (kind !== 'failed' && kind !== 'cut') return kind;
  const service = provider.service === null ? null : deps.facts.services.of(provider.service);
  return service?.state === 'asleep' ? 'window_ended' : kind;
}

/** Cools and breaks what a failure cools and breaks. */
export function punish(
  failure: WireFailure,
  { model, key }: Attempt,
  kind: FailureKind,
  deps: ChatDeps,
): void {
  const words = `${failure.upstream.code ?? ''} ${failure.message}`;
  deps.facts.limits.failed(
    {
      model,
      key,
      kind,
      reported_ms: failure.upstream.retry_after_ms,
      account_wide: isAccountWide(words),
      lacks: kind === 'lacks_capability' ? lackingCapability(words) : null,
    },
    deps.clock(),
  );
}
