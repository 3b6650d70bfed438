import type { TaskAnswer } from '../../contracts/task.ts';
import { spawnerService } from '../../contracts/queues.ts';
import { parseEgressRule, type EgressRule } from '../../domain/tasks/egress.ts';
import { runs } from '../../domain/services/status.ts';
import { isLive } from '../../domain/windows/lease.ts';
import { presenceMs, type Presence } from '../../store/system/presence.ts';
import { onHost } from '../../domain/windows/service-status.ts';
import { findServices, type Snapshot } from '../reads/snapshot.ts';

/** A spawner that takes tasks now, and the limits of one task. */
export interface OpenSpawner {
  host: string;
  memory_mb: number;
  cpus: number;
  /** The destinations that the operator lets tasks reach. */
  egress: EgressRule[];
}

export type SpawnerState =
  | { open: true; spawner: OpenSpawner }
  | { open: false; error: NonNullable<TaskAnswer['error']>; hint: string };

const openIt =
  'POST /vx11/window/open {"target":"spawner","ttl_seconds":600}, or: vx11 open spawner --ttl 10m';
const addIt =
  'The managed compose file has no service `spawner`. Add the one of VX11’s own docker-compose.yml to it, ' +
  'then open it: vx11 open spawner --ttl 10m';

/** Whether tasks may run now: only while a window holds the spawner up and the spawner sends heartbeats. */
export function spawnerState(snapshot: Snapshot, now: number): SpawnerState {
  const known = findServices(snapshot, spawnerService);
  if (known.length === 0) return { open: false, error: 'off_by_policy', hint: addIt };
  const held = known.filter(({ host }) => {
    const leases = snapshot.leases.get(onHost(host, spawnerService)) ?? [];
    return leases.some((lease) => lease.is_open && isLive(lease, now));
  });
  if (held.length === 0) {
    return {
      open: false,
      error: 'off_by_policy',
      hint: `The spawner is asleep. Open it: ${openIt}`,
    };
  }
  for (const { host } of held) {
    const observed = snapshot.observations.get(onHost(host, spawnerService));
    if (observed !== undefined && !runs(observed.state)) continue;
    const presence = snapshot.presence.find(
      (one) => one.process === spawnerService && one.host === host && one.at + presenceMs > now,
    );
    if (presence !== undefined) return { open: true, spawner: spawnerOf(presence) };
  }
  const hint =
    'Its window is open, but the spawner has sent no heartbeat lately; try again in a few seconds.';
  return { open: false, error: 'spawner_unavailable', hint };
}

const spawnerOf = ({ host, detail }: Presence): OpenSpawner => ({
  host,
  memory_mb: typeof detail['memory_mb'] === 'number' ? detail['memory_mb'] : Infinity,
  cpus: typeof detail['cpus'] === 'number' ? detail['cpus'] : Infinity,
  egress: (Array.isArray(detail['egress']) ? detail['egress'] : []).flatMap(
    (text) => parseEgressRule(String(text)) ?? [],
  ),
});
