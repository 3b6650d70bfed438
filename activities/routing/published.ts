import type { ProvidersView } from '../../contracts/switch.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Limits } from './state/limits.ts';

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
          const { block } = limits.view(model, [], now);
          return {
            id: target.id,
            auto,
            context,
            max_output,
            price,
            can,
            quality,
            last_resort,
            block,
          };
        }),
    }),
  ),
  notes: [...catalog.notes],
});
