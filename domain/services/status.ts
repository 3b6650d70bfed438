import type { PowerMode } from '../../contracts/operator.ts';
import type {
  ContainerState,
  HealthState,
  ServiceObservation,
  ServiceTier,
} from '../../contracts/service.ts';

/** How a window asks for a service just now: not at all, while it opens, or as one that should be up. */
export type WindowHold = 'no' | 'opening' | 'open';

/** @param leases those on one service that live */
export function heldBy(leases: readonly { is_open: boolean }[]): WindowHold {
  if (leases.length === 0) return 'no';
  return leases.some(({ is_open }) => is_open) ? 'open' : 'opening';
}

export interface Judgement {
  health: HealthState;
  /** Why it is not ok. */
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

/** Whether a container in this state uses the machine. */
export const runs = (state: ContainerState): boolean => busy.has(state);

const ok: Judgement = { health: 'ok', reason: null };

/** How a service is, given what was last seen of it and who asks for it. Asleep because nobody asks is no fault. */
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
  if (tier !== 'window') {
    if (state === 'absent') {
      return { health: 'off_by_policy', reason: 'not run by this Docker Engine' };
    }
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

/** At rest, everything up, or in between. */
export function powerModeOf(
  windowTier: readonly { state: ContainerState }[],
  liveWindows: number,
): PowerMode {
  const running = windowTier.filter(({ state }) => runs(state) || state === 'done').length;
  if (running === 0 && liveWindows === 0) return 'solo_madre';
  return running > 0 && running === windowTier.length ? 'full' : 'windowed';
}

/** The whole from its parts: without madre nothing can open or end on request. */
export function overallStatus(
  components: Readonly<Record<string, { status: HealthState }>>,
): 'ok' | 'degraded' | 'offline' {
  if (components['madre']?.status === 'down') return 'offline';
  const well = Object.values(components).every(
    ({ status }) => status === 'ok' || status === 'off_by_policy',
  );
  return well ? 'ok' : 'degraded';
}
