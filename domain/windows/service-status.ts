import type { Catalog, ServiceObservation, ServiceStatus } from '../../contracts/service.ts';
import { heldBy, judgeService, type Judgement } from '../services/status.ts';
import { isLive } from './lease.ts';

/** A window's hold on a service. */
interface ServiceLease {
  window_id: string;
  host: string;
  service: string;
  deadline: number | null;
  is_open: boolean;
}

/** One service of one host as a key. */
export const onHost = (host: string, service: string): string => `${host}/${service}`;

export const leasesByService = <Lease extends ServiceLease>(
  leases: readonly Lease[],
): Map<string, Lease[]> => Map.groupBy(leases, ({ host, service }) => onHost(host, service));

export const observationsByService = (
  observed: readonly ServiceObservation[],
): Map<string, ServiceObservation> =>
  new Map(observed.map((seen) => [onHost(seen.host, seen.name), seen]));

/** What the store knows of services; observations and leases by `onHost`. */
export interface KnownServices {
  catalogs: readonly Catalog[];
  observations: ReadonlyMap<string, ServiceObservation>;
  leases: ReadonlyMap<string, readonly ServiceLease[]>;
  /** Live windows. */
  windows: readonly { window_id: string; expires_at: string | null }[];
  /** What the process of each host reports; `lacking` in it has what services lack, by name. */
  presence: readonly { host: string; detail: Record<string, unknown> }[];
}

/** How every service is at `now` (epoch ms): the one rule for the status page, what a chat answers, and the health of parts. */
export function serviceStatuses(known: KnownServices, now: number): ServiceStatus[] {
  const ends = new Map(known.windows.map((view) => [view.window_id, view.expires_at]));
  const lacking = new Map(known.presence.flatMap(lackingOn));
  return known.catalogs.flatMap(({ host, services }) =>
    services.map(({ name, tier, replicas, problem }): ServiceStatus => {
      const key = onHost(host, name);
      const seen = known.observations.get(key) ?? null;
      const leases = (known.leases.get(key) ?? []).filter((lease) => isLive(lease, now));
      const window_ids = leases.map(({ window_id }) => window_id);
      return {
        name,
        host,
        tier,
        state: seen?.state ?? 'absent',
        ...lackingOr(judgeService(tier, seen, heldBy(leases), replicas), {
          isRunning: seen?.state === 'running',
          lacks: lacking.get(key),
        }),
        window_ids,
        until: lastOf(window_ids.flatMap((id) => ends.get(id) ?? (ends.has(id) ? [null] : []))),
        note: problem?.detail ?? seen?.note ?? null,
      };
    }),
  );
}

const lackingOn = ({ host, detail }: KnownServices['presence'][number]): [string, string][] =>
  Object.entries(detail['lacking'] ?? {}).flatMap(([service, hint]) =>
    typeof hint === 'string' ? [[onHost(host, service), hint]] : [],
  );

/** A service that runs and lacks something works, but not as a whole; one that sleeps is asleep. */
const lackingOr = (
  judged: Judgement,
  { isRunning, lacks }: { isRunning: boolean; lacks: string | undefined },
): Judgement =>
  isRunning && judged.health === 'ok' && lacks !== undefined
    ? { health: 'degraded', reason: lacks }
    : judged;

/** The latest of these instants; null without one, or where one window has no end yet. */
function lastOf(ends: (string | null)[]): string | null {
  if (ends.includes(null)) return null;
  // instants of one form sort as text
  return ends.toSorted((one, other) => (one ?? '').localeCompare(other ?? '')).at(-1) ?? null;
}
