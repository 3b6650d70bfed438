import type { CatalogService, ServiceDetail, ServiceObservation } from '../../contracts/service.ts';
import { onHost, serviceStatuses } from '../../domain/windows/service-status.ts';
import { isoTime, isoTimeOrNull } from '../../platform/time.ts';
import { findServices, type Snapshot } from '../reads/snapshot.ts';

/** All services of all compose files at `now` (epoch ms), in the order of the files. */
export const serviceDetails = (snapshot: Snapshot, now: number): ServiceDetail[] =>
  serviceStatuses(snapshot, now).map((status) => {
    const { name, host } = status;
    const { service } = findServices(snapshot, name).find((one) => one.host === host)!;
    const seen = snapshot.observations.get(onHost(host, name)) ?? null;
    return { ...status, ...declared(service), ...observed(seen) };
  });

const declared = (service: CatalogService) => ({
  image: service.image,
  problem: service.problem ?? null,
  depends_on: service.depends_on.map(({ service: name, condition, required }) => ({
    service: name,
    condition,
    required,
  })),
  replicas: service.replicas,
  memory_bytes: service.memory_bytes,
  cpus: service.cpus,
  gpu: service.gpu ?? null,
  default_ttl_ms: service.default_ttl_ms,
  max_ttl_ms: service.max_ttl_ms,
  idle_ms: service.idle_ms,
  stray: service.stray,
});

const observed = (seen: ServiceObservation | null) => ({
  container_name: seen?.container_name ?? null,
  started_at: isoTimeOrNull(seen?.started_at ?? null),
  memory_seen_bytes: seen?.memory_bytes ?? null,
  outdated: seen?.outdated ?? false,
  stray_since: isoTimeOrNull(seen?.stray_since ?? null),
  last_stop: seen?.stop ? { ...seen.stop, at: isoTime(seen.stop.at) } : null,
});
