import { runs } from '../services/status.ts';
import { onHost, type KnownServices } from './service-status.ts';

/** The services that windows could wake, and that do not run: how many, and the bytes that they took when last measured. */
export function memoryAsleep(known: Pick<KnownServices, 'catalogs' | 'observations'>): {
  services: number;
  bytes: number;
} {
  const asleep = known.catalogs.flatMap(({ host, services }) =>
    services.flatMap(({ name, tier }) => {
      const seen = known.observations.get(onHost(host, name)) ?? null;
      if (tier !== 'window' || (seen !== null && runs(seen.state))) return [];
      return [seen?.memory_bytes ?? 0];
    }),
  );
  return { services: asleep.length, bytes: asleep.reduce((sum, bytes) => sum + bytes, 0) };
}
