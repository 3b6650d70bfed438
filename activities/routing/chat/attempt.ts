import type { FailureKind } from '../../../contracts/routing.ts';
import {
  isAccountWide,
  kindOf,
  lackingCapability,
  reportedContext,
} from '../../../domain/routing/failure/upstream-error.ts';
import { quote } from '../../../domain/routing/quote.ts';
import { list } from '../../../domain/routing/request/loose.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { CatalogModel, CatalogProvider } from '../catalog/catalog.ts';
import type { Allowed } from '../state/allowances.ts';
import type { Reservation } from '../state/budget.ts';
import { prepareBody } from '../wire/prepare-body.ts';
import { untaken } from '../wire/untaken.ts';
import { programWire } from '../wire/program.ts';
import { wireOf } from '../wire/wires.ts';
import type { JsonObject, Wire, WireCall, WireFailure } from '../wire/wire.ts';
import type { ChatDeps } from './deps.ts';
import { RoutingError } from './reply.ts';
import { promptTokens, type Session } from './session.ts';

/** A try that is under way. */
export interface Attempt {
  model: CatalogModel;
  provider: CatalogProvider;
  key: string | null;
  wire: Wire;
  call: WireCall;
  reservation: Reservation;
  allowed: Allowed;
  /** From `performance.now()`. */
  began: number;
}

/** Characters of one token, for limits of size: rather too many. */
const bytesPerToken = 1000;
const leastBytes = 1024 * 1024;

/**
 * Counts a request, reserves its money and prepares it for one target. Returns the kind of limit of its provider that stands in
 * the way; throws `RoutingError` if a limit of the owner does.
 */
export async function beginAttempt(
  session: Session,
  target: string,
  key: string | null,
  signal: AbortSignal,
  deps: ChatDeps,
): Promise<Attempt | 'quota' | 'rate_limited' | 'busy'> {
  const catalog = deps.catalog.current();
  const model = catalog.models.get(target);
  const provider = catalog.providers.find(({ id }) => id === model?.provider);
  if (model === undefined || provider === undefined) return 'quota';
  const { request, record } = session;
  const tokens = promptTokens(request);
  const { allowances, places } = deps.facts;
  if (allowances.block(model, key, provider.limits, tokens, deps.clock()) !== null)
    return 'rate_limited';
  if (!places.take(provider.id, target, provider.limits.concurrency)) return 'busy';
  const allowed = allowances.count(model, key, tokens);
  const { worst_cost, worst_tokens } = quote(
    model.target,
    request.features,
    deps.beliefs(),
    record.tokens_out,
  );
  const owner = request.call.owner_id;
  const wanted = { usd: worst_cost ?? 0, tokens: worst_tokens };
  const reservation = await deps.facts.budget.reserve(owner, provider, wanted);
  if ('refused' in reservation) {
    allowed.undo();
    places.free(provider.id, target);
    if (reservation.refused.startsWith('provider:')) return 'quota';
    throw new RoutingError(
      'budget_exceeded',
      'The budget of today does not cover this request. It starts again at 00:00 UTC; VX11_SWITCH_USD_PER_DAY and VX11_SWITCH_USD_PER_OWNER set it.',
      { decision_id: session.id },
    );
  }
  const { body, dropped } = prepareBody(
    withinOutput(request.body, request.features.max_output),
    model.quirks,
    takesThoughts(model, provider, request.body),
  );
  if (!request.embeds) dropped.push(...untaken(provider.kind, body));
  session.dropped.push(...dropped.filter((one) => !session.dropped.includes(one)));
  const output = request.features.max_output;
  const cold = provider.service !== null && session.woken.has(provider.service);
  const affinity = model.quirks.affinity_header;
  const elapsedMs = provider.kind === 'cli' ? (session.ran?.ms ?? 0) : 0;
  deps.facts.limits.sent({ model, key }, deps.clock());
  deps.uses.begins(model, provider);
  if (provider.service !== null) deps.facts.wakes.asked(provider.service, deps.clock());
  return {
    model,
    provider,
    key,
    wire: provider.kind === 'cli' ? programWire(session.ran) : wireOf(provider.kind),
    reservation,
    allowed,
    began: performance.now() - elapsedMs,
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
      context: model.target.context,
      does: request.embeds ? 'embed' : 'chat',
      elapsedMs,
      body,
      signal,
      limits: {
        firstByteMs: cold ? deps.limits.coldFirstByteMs : deps.limits.firstByteMs,
        betweenMs: deps.limits.betweenMs,
        bytes: output === null ? deps.limits.bytes : Math.max(leastBytes, output * bytesPerToken),
      },
      heard: allowed.heard,
    },
  };
}

/**
 * Whether a target is asked for thoughts. Not one that is known to have none; nor one of Anthropic's protocol in the middle of
 * tool calls, which wants its own signed thoughts back, and the other forms have no place for them.
 */
function takesThoughts(
  { target, sources }: CatalogModel,
  { kind }: CatalogProvider,
  { messages }: JsonObject,
): boolean {
  const known = sources.can !== null && sources.can.from !== 'default';
  if (known && !target.can.includes('reasoning')) return false;
  return kind !== 'anthropic' || !list(messages).some((one) => list(one['tool_calls']).length > 0);
}

/** The request with no higher limit for its answer than the decision knew. */
function withinOutput(body: JsonObject, most: number | null): JsonObject {
  const over = (['max_tokens', 'max_completion_tokens'] as const).filter(
    (field) => most !== null && typeof body[field] === 'number' && body[field] > most,
  );
  return over.length === 0
    ? body
    : { ...body, ...Object.fromEntries(over.map((field) => [field, most])) };
}

/** A name for a conversation that tells a provider nothing about its owner. */
const affinityOf = (owner: string, conversation: string): string =>
  sha256(`${owner}\n${conversation}`).slice(0, 32);

/** It is over: its place is for the next one. */
export const endAttempt = ({ model, provider }: Attempt, { facts }: ChatDeps): void =>
  facts.places.free(provider.id, model.target.id);

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
      context: kind === 'too_long' ? reportedContext(failure.message) : null,
    },
    deps.clock(),
  );
}
