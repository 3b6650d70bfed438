import type { RoutingBlock } from '../../contracts/routing.ts';
import type { ProvidersView } from '../../contracts/switch.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { LimitView, Limits } from './state/limits.ts';

/** What everybody may see of the providers: no keys, and nothing that changes with each request. */
export const publishedView = (
  catalog: Catalog,
  limits: Limits,
  now: number,
): Omit<ProvidersView, 'at'> => ({
  providers: catalog.providers.map(
    ({ id, kind, base_url, keys, service, limits: own, allow, list }) => ({
      id,
      kind,
      base_url,
      keys: keys.map(({ env, set }) => ({ env, set, block: limits.keyBlock(id, env, now) })),
      service,
      usd_per_day: own.usd_per_day ?? null,
      reset_hour_utc: own.reset_hour_utc ?? 0,
      allow: allow === null ? null : [...allow],
      list: list.state,
      models: [...catalog.models.values()]
        .filter(({ provider }) => provider === id)
        .map((model) => {
          const { target, auto } = model;
          const { context, max_output, price, can, quality, last_resort } = target;
          const set = keys.filter((key) => key.set).map(({ env }) => env);
          return {
            id: target.id,
            auto,
            context,
            max_output,
            price,
            can,
            quality,
            last_resort,
            block: blockOf(limits.view(model, set, now)),
          };
        }),
    }),
  ),
  notes: [...catalog.notes],
});

/** What keeps a model from being used: its own block, or those of all its keys, until the first of them is free. */
function blockOf({ block, keys }: LimitView): RoutingBlock | null {
  if (block !== null || keys.length === 0 || keys.some((key) => key.block === null)) return block;
  const untilOf = (one: RoutingBlock): number => one.until_ms ?? Infinity;
  return keys.map((key) => key.block!).toSorted((a, b) => untilOf(a) - untilOf(b))[0]!;
}
