import type {
  RoutingBlock,
  RoutingCatalog,
  RoutingTarget,
  SleepFacts,
} from '../../../contracts/routing.ts';
import { dayEnds } from '../../../domain/routing/capacity/day.ts';
import { isQuiet } from '../../../domain/notices/quiet-hours.ts';
import type { Catalog, CatalogModel, CatalogProvider } from '../catalog/catalog.ts';
import type { Allowances } from './allowances.ts';
import type { Budget } from './budget.ts';
import type { LocalUses } from './local-uses.ts';
import type { Limits } from './limits.ts';
import type { Places } from './places.ts';
import type { Services } from './services.ts';
import type { Wakes } from './wakes.ts';

/** The shortest window that is opened for a request, in seconds. */
export const shortestWindow = 120;

export interface TargetFacts {
  limits: Limits;
  allowances: Allowances;
  budget: Budget;
  services: Services;
  wakes: Wakes;
  places: Places;
  uses: Pick<LocalUses, 'bytes'>;
}

/** What is asked, as far as it matters for what is free. */
export interface Asked {
  /** The name and the principal of the caller's token. */
  owner: string;
  owner_id: string;
  may_open: boolean;
  /** The target that it names; null for `auto`. */
  named: string | null;
  /** Of its prompt, about. */
  tokens: number;
}

/**
 * The catalog as it is for one request now: with blocks, use, and the state of the services behind targets; without the models
 * that answer only by name, if the request does not name them.
 */
export function targetsNow(
  catalog: Catalog,
  facts: TargetFacts,
  asked: Asked,
  now: number,
): RoutingCatalog {
  const providers = new Map(catalog.providers.map((one) => [one.id, one]));
  return {
    version: catalog.version,
    targets: catalog.targets.flatMap((idle) => {
      const model = catalog.models.get(idle.id);
      const provider = model === undefined ? undefined : providers.get(model.provider);
      if (model === undefined || provider === undefined) return idle;
      // one that is off stays: people look for the reason
      if (!model.auto && idle.enabled && idle.id !== asked.named) return [];
      return targetNow(idle, model, provider, facts, asked, now);
    }),
  };
}

function targetNow(
  idle: RoutingTarget,
  model: CatalogModel,
  provider: CatalogProvider,
  facts: TargetFacts,
  asked: Asked,
  now: number,
): RoutingTarget {
  const { may_open, tokens } = asked;
  const names = provider.keys.filter(({ set }) => set).map(({ env }) => env);
  const { block, share, keys, lacks, context } = facts.limits.view(model, names, now);
  const { limits } = provider;
  const full = (key: string | null): RoutingBlock | null =>
    facts.allowances.block(model, key, limits, tokens, now);
  const used = facts.budget.used(provider);
  const left = (limit: number | undefined, so: number): number | null =>
    limit === undefined ? null : Math.max(0, limit - so);
  return {
    ...idle,
    allowed: mayUse(provider, asked),
    block: block ?? (names.length === 0 ? full(null) : null),
    share,
    keys: keys.map((key) => ({ ...key, block: key.block ?? full(key.id) })),
    context: context ?? idle.context,
    can: lacks.length === 0 ? idle.can : idle.can.filter((one) => !lacks.includes(one)),
    active:
      limits.concurrency === undefined
        ? (facts.places.active.get(idle.id) ?? 0)
        : facts.places.at(provider.id),
    concurrency: limits.concurrency ?? idle.concurrency,
    left: {
      requests: left(limits.rpd, used.requests),
      tokens: left(limits.tpd, used.tokens),
      usd: left(limits.usd_per_day, used.usd),
      most_tokens: limits.tpd ?? null,
      most_usd: limits.usd_per_day ?? null,
      until_ms: dayEnds(now, limits.reset_hour_utc ?? 0),
    },
    sleep:
      provider.service === null
        ? null
        : sleepOf(provider.service, model, provider, facts, may_open, now),
  };
}

/** Whether the token of a request may use a provider, by its list of tokens. */
export const mayUse = (
  { allow }: Pick<CatalogProvider, 'allow'>,
  { owner, owner_id }: Pick<Asked, 'owner' | 'owner_id'>,
): boolean => allow === null || allow.includes(owner) || allow.includes(owner_id);

function sleepOf(
  service: string,
  model: CatalogModel,
  provider: CatalogProvider,
  { services, wakes, places, uses }: TargetFacts,
  may_open: boolean,
  now: number,
): SleepFacts | null {
  const fact = services.of(service);
  if (fact === null) return null;
  // one that is awake has its room
  const room = fact.state === 'asleep' ? services.roomFrom(service, now) : now;
  const { id, quiet, usd_per_minute } = provider;
  const bytes = uses.bytes(model, provider, fact.host);
  const { p50_seconds, p90_seconds, ok } = wakes.time(service, fact.host, bytes);
  return {
    service,
    state: fact.state,
    until_ms: fact.until_ms,
    may_extend: may_open,
    waking_seconds: fact.waking_since_ms === null ? 0 : (now - fact.waking_since_ms) / 1000,
    wake_p50_seconds: p50_seconds,
    wake_p90_seconds: p90_seconds,
    wake_ok: ok,
    may_open,
    on_wake_list: true, // the operator named the service in the providers file
    has_room: room !== null && room <= now,
    room_at_ms: room,
    quiet: quiet !== null && isQuiet(quiet, now),
    blocked_until_ms: wakes.blockedUntil(service, fact.host),
    window_seconds: Math.min(shortestWindow, fact.max_ttl_ms / 1000),
    longest_window_seconds: fact.max_ttl_ms / 1000,
    ahead: places.ahead(id),
    usd_per_minute,
    requests_per_minute: wakes.rate(service, now),
  };
}
