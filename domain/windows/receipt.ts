import type { ServiceObservation, ServiceStop } from '../../contracts/service.ts';
import type {
  ClosedBy,
  ContainerReceipt,
  Receipt,
  ServiceReceipt,
  WindowView,
} from '../../contracts/window.ts';
import { isUp } from '../services/settle.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** The current state of a container that ran, or was to run, for a window, as the Engine reports it. */
export interface ContainerEnd {
  id: string;
  name: string;
  project: string;
  state: ContainerReceipt['state'];
  /** True if it ran while the window held it. */
  ran: boolean;
  /** Its newest stop; null while it runs, or if it is unknown. */
  end: ServiceStop | null;
}

/** What the Engine confirmed about one service of a window after it was stopped. */
export interface DownFacts {
  service: string;
  /** Its current state. */
  seen: ServiceObservation;
  result: 'stopped' | 'was_down' | 'kept';
  kept_for: string[];
  /** The window's containers; empty for a window of an older version, and then `seen` is used. */
  containers: ContainerEnd[];
}

/**
 * The proof that a window's services stopped. Only services that stopped after the deadline have an overrun; a service
 * that another window holds is kept and has none.
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

/** If the proof is later than this after the deadline, the workflow did not run at the deadline. */
const lateProofMs = 2000;

/** What closed the window: the guard or the settle loop if it had to act in place of the workflow at the deadline. */
function endedBy(closedBy: ClosedBy, services: ServiceReceipt[], provedLateMs: number): ClosedBy {
  if (closedBy !== 'deadline') return closedBy;
  const stoppedBy = new Set(services.map((service) => service.stopped_by));
  if (stoppedBy.has('guard')) return 'guard';
  return stoppedBy.has('settle_loop') && provedLateMs > lateProofMs ? 'settle_loop' : closedBy;
}

function serviceReceipt(
  { service, seen, result, kept_for, containers }: DownFacts,
  view: WindowView,
  deadline: number | null,
): ServiceReceipt {
  const known = containers.length > 0;
  const down = known ? endOfAll(containers) : endSince(seen, view);
  const state = known ? stateOfAll(containers) : stateOf(seen);
  const isDown = state === 'exited' || state === 'absent';
  const isKept = state === 'running' && (result === 'kept' || kept_for.length > 0);
  const end = isDown ? down : null;
  return {
    service,
    container: (known ? representativeOf(containers)?.name : seen.container_name) ?? null,
    state,
    outcome: isDown ? outcomeOf(end, containers) : isKept ? 'kept' : 'left_running',
    exit_code: isDown ? (end?.exit_code ?? seen.exit_code) : null,
    forced: end?.forced ?? false,
    stopped_by: end?.by ?? null,
    stopped_at: end === null ? null : iso(end.at),
    stop_ms: end?.stop_ms ?? null,
    overrun_ms: end === null || deadline === null ? null : Math.max(0, end.at - deadline),
    kept_for,
    ...(known ? { containers: containers.map(containerReceipt) } : {}),
  };
}

/** `was_down` only if no container ran for the window. */
function outcomeOf(
  end: ServiceStop | null,
  containers: readonly ContainerEnd[],
): ServiceReceipt['outcome'] {
  if (end?.forced === true) return 'killed';
  if (end?.by === 'itself') return 'done';
  return end !== null || containers.some(({ ran }) => ran) ? 'stopped' : 'was_down';
}

/** The service's last stop, if it belongs to this window; an earlier stop is ignored. */
function endSince({ stop }: ServiceObservation, view: WindowView): ServiceStop | null {
  // a job may end before the window is open
  const from = stop?.by === 'itself' ? null : view.opened_at;
  return stop !== null && stop.at >= Date.parse(from ?? view.requested_at) ? stop : null;
}

const stateOf = (seen: ServiceObservation): ServiceReceipt['state'] =>
  isUp(seen.state) ? 'running' : seen.container_id === null ? 'absent' : 'exited';

/** A container that runs, or may run, determines the state before one that has stopped. */
const byConcern = ['running', 'unknown', 'exited', 'absent'] as const;

const stateOfAll = (containers: readonly ContainerEnd[]): ServiceReceipt['state'] =>
  byConcern.find((state) => containers.some((one) => one.state === state))!;

/** The container that represents the service in the receipt. */
function representativeOf(containers: readonly ContainerEnd[]): ContainerEnd | undefined {
  const state = stateOfAll(containers);
  const candidates = containers.filter((one) => one.state === state);
  return candidates.find(({ ran }) => ran) ?? candidates[0];
}

/** The combined stop of several containers: the most serious one, with the latest time. */
function endOfAll(containers: readonly ContainerEnd[]): ServiceStop | null {
  const ends = containers.flatMap(({ ran, end }) => (ran && end !== null ? [end] : []));
  const [worst] = ends.toSorted(
    (one, other) =>
      Number(other.forced) - Number(one.forced) || (other.exit_code ?? 0) - (one.exit_code ?? 0),
  );
  if (worst === undefined) return null;
  const latest = ends.reduce((one, other) => (other.at > one.at ? other : one));
  const stop_ms = Math.max(...ends.map((one) => one.stop_ms));
  return { ...worst, at: latest.at, by: latest.by, stop_ms };
}

const containerReceipt = ({
  id,
  name,
  project,
  state,
  ran,
  end,
}: ContainerEnd): ContainerReceipt => ({
  id,
  name,
  project,
  state,
  exit_code: end?.exit_code ?? null,
  forced: ran && end?.forced === true,
  stopped_by: ran ? (end?.by ?? null) : null,
  stopped_at: ran && end !== null ? iso(end.at) : null,
});
