import type { ServiceObservation } from '../contracts/service.ts';
import type { ClosedBy, Receipt, ServiceReceipt, WindowView } from '../contracts/window.ts';
import { isUp } from './settle.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** What the Engine confirmed of one service of a window, after it was taken down. */
export interface DownFacts {
  service: string;
  /** As it is now. */
  seen: ServiceObservation;
  result: 'stopped' | 'was_down' | 'kept';
  kept_for: string[];
}

/**
 * The proof that a window is over. The overrun counts only what went down after the deadline; a service that another
 * window holds is kept and owes nothing.
 */
export function writeReceipt(
  view: WindowView,
  ending: { closed_by: ClosedBy; reason: string | null },
  facts: DownFacts[],
  now: number,
): Receipt {
  const deadline = view.expires_at === null ? null : Date.parse(view.expires_at);
  const services = facts.map((fact) => serviceReceipt(fact, view, deadline));
  const overruns = services.flatMap(({ overrun_ms }) => (overrun_ms === null ? [] : [overrun_ms]));
  return {
    window_id: view.window_id,
    closed_by: endedBy(ending.closed_by, services, deadline === null ? 0 : now - deadline),
    reason: ending.reason,
    deadline: view.expires_at,
    closed_at: iso(now),
    overrun_ms: overruns.length === 0 ? null : Math.max(...overruns),
    services,
    residue: services
      .filter(({ outcome }) => outcome === 'left_running')
      .map(({ service }) => service),
  };
}

/** Proved this long after its deadline, a window was without its workflow when it ended. */
const aloneMs = 2000;

/** A deadline that somebody had to stand in for is told as theirs. */
function endedBy(closedBy: ClosedBy, services: ServiceReceipt[], provedLateMs: number): ClosedBy {
  if (closedBy !== 'deadline') return closedBy;
  const stoppedBy = new Set(services.map((service) => service.stopped_by));
  if (stoppedBy.has('guard')) return 'guard';
  return stoppedBy.has('settle_loop') && provedLateMs > aloneMs ? 'settle_loop' : closedBy;
}

function serviceReceipt(
  { service, seen, result, kept_for }: DownFacts,
  view: WindowView,
  deadline: number | null,
): ServiceReceipt {
  const running = isUp(seen.state);
  // a stop from before this window says nothing about it
  const since = Date.parse(view.opened_at ?? view.requested_at);
  // a job may have been done before the window was open
  const isDone = seen.stop?.by === 'itself' && seen.stop.at >= Date.parse(view.requested_at);
  const stop = seen.stop !== null && (isDone || seen.stop.at >= since) ? seen.stop : null;
  const outcome = running
    ? result === 'kept'
      ? 'kept'
      : 'left_running'
    : stop === null
      ? 'was_down'
      : stop.forced
        ? 'killed'
        : isDone
          ? 'done'
          : 'stopped';
  const down = running ? null : stop;
  return {
    service,
    container: seen.container_name,
    state: running ? 'running' : seen.container_id === null ? 'absent' : 'exited',
    outcome,
    exit_code: running ? null : (down?.exit_code ?? seen.exit_code),
    forced: down?.forced ?? false,
    stopped_by: down?.by ?? null,
    stopped_at: down === null ? null : iso(down.at),
    stop_ms: down?.stop_ms ?? null,
    overrun_ms: down === null || deadline === null ? null : Math.max(0, down.at - deadline),
    kept_for,
  };
}
