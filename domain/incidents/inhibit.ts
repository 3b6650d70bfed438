import type { Incident, IncidentKind } from '../../contracts/incidents.ts';
import { rankOf } from './ant.ts';

/** What can be announced of a service only with the Engine's help. */
const byEngine: ReadonlySet<IncidentKind> = new Set([
  'unhealthy',
  'service_down',
  'restart_loop',
  'oom',
  'service_memory',
  'zombies',
  'port_exposed',
  'log_pattern',
  'dangling',
]);
/** What a host under pressure does to its services, and a service to those that depend on it. */
const suffering: ReadonlySet<IncidentKind> = new Set(['unhealthy', 'service_down', 'restart_loop']);
const pressing: ReadonlySet<IncidentKind> = new Set(['cpu', 'memory', 'io']);

const isOn = ({ status }: Incident): boolean => status === 'open' || status === 'acknowledged';

/**
 * What explains an incident now, which is null for one that is over. After the end of its cause an incident stays explained
 * until a look has seen that it is still there.
 * @param incidents all that are not closed
 */
export function inhibitionOf(
  incident: Incident,
  incidents: readonly Incident[],
  ancestors: (service: string) => ReadonlySet<string>,
): string | null {
  if (!isOn(incident)) return null;
  const { inhibited_by: before, last_seen } = incident;
  const now = inhibitorOf(incident, incidents, ancestors);
  if (now !== null || before === null) return now;
  const ended_at = incidents.find((one) => one.incident_id === before)?.resolved_at ?? null;
  return ended_at !== null && last_seen < ended_at ? before : null;
}

/**
 * The open incident that explains another one of the same host: the Engine is away, else the host is under pressure, else a
 * service that it depends on is in trouble. Null if none does.
 * @param ancestors all services that a service depends on, directly or not
 */
function inhibitorOf(
  incident: Incident,
  incidents: readonly Incident[],
  ancestors: (service: string) => ReadonlySet<string>,
): string | null {
  const others = incidents.filter((one) => one !== incident && isOn(one));
  const engine = others.find(({ kind }) => kind === 'engine_down');
  if (engine !== undefined && byEngine.has(incident.kind)) return engine.incident_id;
  if (!suffering.has(incident.kind) || incident.service === null) return null;
  const pressure = others.find(
    ({ kind, severity }) => pressing.has(kind) && rankOf(severity) >= rankOf('high'),
  );
  if (pressure !== undefined) return pressure.incident_id;
  const above = ancestors(incident.service);
  const parent = others.find(
    ({ kind, service }) => suffering.has(kind) && service !== null && above.has(service),
  );
  return parent?.incident_id ?? null;
}

/** All services that one depends on, directly or not; a circle ends. */
export const ancestorsIn =
  (parents: ReadonlyMap<string, readonly string[]>) =>
  (service: string): ReadonlySet<string> => {
    const found = new Set<string>();
    const open = [...(parents.get(service) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next) || next === service) continue;
      found.add(next);
      open.push(...(parents.get(next) ?? []));
    }
    return found;
  };
