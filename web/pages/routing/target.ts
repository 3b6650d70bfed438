import type { OfferedModel, ProviderView } from '../../../contracts/switch.ts';
import type { KnownTarget } from '../../../contracts/switch-known.ts';

/** A model at a provider, with what was learned of it. */
export interface Target {
  model: OfferedModel;
  /** The Compose service behind it, and whether that sleeps. */
  service: string | null;
  asleep: boolean;
  known: KnownTarget | undefined;
}

/** All targets: those that can be chosen without being named first, what is known best before the rest. */
export function targetsOf(
  providers: readonly ProviderView[],
  known: readonly KnownTarget[],
  asleep: ReadonlySet<string>,
): Target[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  const targets = providers.flatMap(({ service, models }) =>
    models.map((model): Target => ({
      model,
      service,
      asleep: service !== null && asleep.has(service),
      known: byId.get(model.id),
    })),
  );
  return targets.toSorted(
    (one, other) =>
      Number(other.model.auto) - Number(one.model.auto) ||
      (other.known?.outcomes ?? 0) - (one.known?.outcomes ?? 0) ||
      one.model.id.localeCompare(other.model.id),
  );
}
