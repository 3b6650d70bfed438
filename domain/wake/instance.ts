import type { CatalogService, ServiceObservation } from '../../contracts/service.ts';
import type { ServiceFailure, WindowView } from '../../contracts/window.ts';
import { heldBy, judgeService } from '../services/status.ts';

/** What a request finds: a service that takes requests, that starts, sleeps, or cannot start now. */
export type WakeState = 'ready' | 'starting' | 'asleep' | 'refused';

export interface Instance {
  state: WakeState;
  /** Why it is not ready. */
  detail: string | null;
  /** An error code, if it is refused. */
  code: string | null;
  /** When its window was asked for; epoch ms. */
  since: number | null;
}

interface Known {
  service: CatalogService;
  /** Its live target window. */
  window: WindowView | null;
  /** Live leases on it, of all windows. */
  leases: readonly { is_open: boolean }[];
  seen: ServiceObservation | null;
}

/** How a service that may be woken is at `now` (epoch ms). */
export function instanceOf({ service, window, leases, seen }: Known, now: number): Instance {
  const { problem, wake } = service;
  const since = window === null ? null : Date.parse(window.requested_at);
  const starting = (detail: string): Instance => ({ state: 'starting', detail, code: null, since });
  if (problem !== undefined) return refusal(problem.error, problem.detail);
  const held = heldBy(leases);
  const { health, reason } = judgeService(service.tier, seen, held, service.replicas);
  if (held === 'open' && health === 'ok') {
    const left = window === null ? 0 : settlingMs(window, wake?.ready_after_ms ?? 0, now);
    if (left <= 0) return { state: 'ready', detail: null, code: null, since };
    return starting(`settling for another ${Math.ceil(left / 1000)} s`);
  }
  const failure = window?.services_failed.find((one) => one.service === service.name);
  if (failure !== undefined && window?.state === 'open') return refusedBy(failure, since);
  if (window?.state === 'closing') return starting('its last window is closing');
  if (window?.state === 'queued') return starting(`waiting for room: ${window.waiting_for}`);
  if (held === 'open') return starting(reason ?? 'its health check has not passed yet');
  if (window !== null) return starting(window.waiting_for ?? reason ?? 'starting');
  return { state: 'asleep', detail: null, code: null, since: null };
}

/** What is left of the time after the opening in which a service does not count as ready. */
const settlingMs = ({ opened_at }: WindowView, readyAfterMs: number, now: number): number =>
  opened_at === null ? readyAfterMs : Date.parse(opened_at) + readyAfterMs - now;

export const refusal = (code: string, detail: string, since: number | null = null): Instance => ({
  state: 'refused',
  detail,
  code,
  since,
});

export const refusedBy = ({ error, detail }: ServiceFailure, since: number | null): Instance =>
  refusal(error, detail, since);
