import type { PowerMode } from '../../contracts/operator.ts';
import type {
  ContainerState,
  HealthState,
  ServiceObservation,
  ServiceTier,
} from '../../contracts/service.ts';

/** Whether a window holds a service now: no, a window that is opening, or an open one. */
export type WindowHold = 'no' | 'opening' | 'open';

/** @param leases the live leases on one service */
export function heldBy(leases: readonly { is_open: boolean }[]): WindowHold {
  if (leases.length === 0) return 'no';
  return leases.some(({ is_open }) => is_open) ? 'open' : 'opening';
}

export interface Judgement {
  health: HealthState;
  /** Why the health is not ok. */
  reason: string | null;
}

const busy: ReadonlySet<ContainerState> = new Set([
  'starting',
  'running',
  'unhealthy',
  'paused',
  'restarting',
  'stopping',
]);

/** Whether a container in this state uses resources of the machine. */
export const runs = (state: ContainerState): boolean => busy.has(state);

const ok: Judgement = { health: 'ok', reason: null };

/** Whether something else runs a service that no window starts: `npm start` runs the core as processes. */
export const runsElsewhere = (tier: ServiceTier, state: ContainerState): boolean =>
  tier !== 'window' && state === 'absent';

/**
 * The health of a service, from its last observation and the windows that hold it. A service that is asleep without a
 * window is `off_by_policy`, which is not a fault.
 */
export function judgeService(
  tier: ServiceTier,
  seen: Pick<ServiceObservation, 'state' | 'health' | 'note' | 'exit_code'> | null,
  held: WindowHold,
  replicas = 1,
): Judgement {
  const state = seen?.state ?? 'absent';
  const note = seen?.note ?? null;
  if (state === 'running') return judgeRunning(seen?.health ?? 'none', note);
  if (state === 'starting') return { health: 'starting', reason: note };
  if (state === 'unhealthy') return { health: 'degraded', reason: note ?? 'unhealthy' };
  if (state === 'paused' || state === 'restarting' || state === 'unknown') {
    return { health: 'degraded', reason: note ?? state };
  }
  if (runsElsewhere(tier, state))
    return { health: 'off_by_policy', reason: 'not run by this Docker Engine' };
  if (tier !== 'window') {
    return { health: 'down', reason: note ?? ended(state, seen?.exit_code ?? null) };
  }
  if (held !== 'no' && (state === 'done' || replicas === 0)) return ok;
  if (held === 'opening') return { health: 'starting', reason: note };
  if (held === 'open') {
    return { health: 'down', reason: note ?? ended(state, seen?.exit_code ?? null) };
  }
  return { health: 'off_by_policy', reason: state === 'stopping' ? 'it is stopping' : null };
}

function judgeRunning(health: ServiceObservation['health'], note: string | null): Judgement {
  if (health === 'starting') return { health: 'starting', reason: note };
  if (health === 'unhealthy') return { health: 'degraded', reason: note ?? 'unhealthy' };
  return ok;
}

const ended = (state: ContainerState, exitCode: number | null): string =>
  state === 'exited' && exitCode !== null ? `exited with ${exitCode}` : state;

/** `solo_madre`: nothing runs; `full`: every window-tier service runs; `windowed`: anything else. */
export function powerModeOf(
  windowTier: readonly { state: ContainerState }[],
  liveWindows: number,
): PowerMode {
  const running = windowTier.filter(({ state }) => runs(state) || state === 'done').length;
  if (running === 0 && liveWindows === 0) return 'solo_madre';
  return running > 0 && running === windowTier.length ? 'full' : 'windowed';
}

/** The overall status. Without madre it is `offline`, since no window can be opened or closed on request. */
export function overallStatus(
  components: Readonly<Record<string, { status: HealthState }>>,
): 'ok' | 'degraded' | 'offline' {
  if (components['madre']?.status === 'down') return 'offline';
  const well = Object.values(components).every(
    ({ status }) => status === 'ok' || status === 'off_by_policy',
  );
  return well ? 'ok' : 'degraded';
}
