import type { ServiceFact } from '../../../domain/incidents/facts.ts';
import { readSituation, type SituationSources } from '../situation.ts';

/** The services of the catalog, as the reconcile loop last saw them. Asks neither the Engine nor Compose. */
export const readServices =
  (power: SituationSources, patience: () => number) => async (): Promise<ServiceFact[]> => {
    const patience_ms = patience();
    const { isAsleep, isMoving } = await readSituation(power);
    const services = power.catalog.known()?.services ?? [];
    return services.map(({ name, tier, depends_on, memory_bytes, replicas }) => {
      const { state, note, memory_bytes: used } = power.seen.get(name);
      return {
        name,
        tier,
        held: !isAsleep(name),
        moving: isMoving(name),
        state,
        patience_ms,
        parents: depends_on.map(({ service }) => service),
        memory_bytes: used,
        memory_limit_bytes: memory_bytes === null ? null : memory_bytes * replicas,
        note,
      };
    });
  };
