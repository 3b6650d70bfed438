import type { RoutingCatalog, RoutingTarget, SleepFacts } from '../../../contracts/routing.ts';
import type { Catalog, CatalogModel, CatalogProvider } from '../catalog/catalog.ts';
import type { Budget } from './budget.ts';
import type { Limits } from './limits.ts';
import type { Services } from './services.ts';
import type { Wakes } from './wakes.ts';

/** The shortest window that is opened for a request, in seconds. */
export const shortestWindow = 120;

export interface TargetFacts {
  limits: Limits;
  budget: Budget;
  services: Services;
  wakes: Wakes;
  /** Requests that each target answers now. */
  active: ReadonlyMap<string, number>;
}

/** The catalog as it is for one caller now: with blocks, use, and the state of the services behind targets. */
export function targetsNow(
  catalog: Catalog,
  facts: TargetFacts,
  caller: { may_open: boolean },
  now: number,
): RoutingCatalog {
  const providers = new Map(catalog.providers.map((one) => [one.id, one]));
  return {
    version: catalog.version,
    targets: catalog.targets.map((idle) => {
      const model = catalog.models.get(idle.id);
      const provider = model === undefined ? undefined : providers.get(model.provider);
      return model === undefined || provider === undefined
        ? idle
        : targetNow(idle, model, provider, facts, caller, now);
    }),
  };
}

function targetNow(
  idle: RoutingTarget,
  model: CatalogModel,
  provider: CatalogProvider,
  facts: TargetFacts,
  { may_open }: { may_open: boolean },
  now: number,
): RoutingTarget {
  const names = provider.keys.filter(({ set }) => set).map(({ env }) => env);
  const { block, share, keys, lacks } = facts.limits.view(model, names, now);
  const { limits } = provider;
  const used = facts.budget.used(provider.id);
  const left = (limit: number | undefined, so: number): number | null =>
    limit === undefined ? null : Math.max(0, limit - so);
  return {
    ...idle,
    block,
    share,
    keys,
    can: lacks.length === 0 ? idle.can : idle.can.filter((one) => !lacks.includes(one)),
    active:
      limits.concurrency === undefined
        ? (facts.active.get(idle.id) ?? 0)
        : activeAt(provider.id, facts),
    concurrency: limits.concurrency ?? idle.concurrency,
    left: {
      requests: left(limits.rpd, used.requests),
      tokens: left(limits.tpd, used.tokens),
      usd: left(limits.usd_per_day, used.usd),
    },
    sleep: provider.service === null ? null : sleepOf(provider.service, facts, may_open, now),
  };
}

/** A limit of a provider counts the requests to all of its models. */
function activeAt(provider: string, { active }: TargetFacts): number {
  let sum = 0;
  for (const [target, count] of active) if (target.startsWith(`${provider}/`)) sum += count;
  return sum;
}

function sleepOf(
  service: string,
  { services, wakes }: TargetFacts,
  may_open: boolean,
  now: number,
): SleepFacts | null {
  const fact = services.of(service);
  if (fact === null) return null;
  const { p50_seconds, p90_seconds, ok } = wakes.time(service, fact.host);
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
    has_room: true, // the gateway finds out when it opens the window
    quiet: false,
    blocked_until_ms: wakes.blockedUntil(service, fact.host),
    window_seconds: Math.min(shortestWindow, fact.max_ttl_ms / 1000),
    usd_per_minute: 0,
    requests_per_minute: wakes.rate(service, now),
  };
}
