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

/** What the Engine says now of one container that ran, or was to run, for a window. */
export interface ContainerEnd {
  id: string;
  name: string;
  project: string;
  state: ContainerReceipt['state'];
  /** It ran while the window held it. */
  ran: boolean;
  /** Its newest end; null while it runs, or where it cannot be told. */
  end: ServiceStop | null;
}

/** What the Engine confirmed of one service of a window, after it was taken down. */
export interface DownFacts {
  service: string;
  /** As it is now. */
  seen: ServiceObservation;
  result: 'stopped' | 'was_down' | 'kept';
  kept_for: string[];
  /** Those of the window; of a window of an older version none are known, and `seen` stands for them. */
  containers: ContainerEnd[];
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
    container: (known ? standing(containers)?.name : seen.container_name) ?? null,
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

/** Only what never ran for the window was down. */
function outcomeOf(
  end: ServiceStop | null,
  containers: readonly ContainerEnd[],
): ServiceReceipt['outcome'] {
  if (end?.forced === true) return 'killed';
  if (end?.by === 'itself') return 'done';
  return end !== null || containers.some(({ ran }) => ran) ? 'stopped' : 'was_down';
}

/** A stop from before this window says nothing about it. */
function endSince({ stop }: ServiceObservation, view: WindowView): ServiceStop | null {
  // a job may have been done before the window was open
  const from = stop?.by === 'itself' ? null : view.opened_at;
  return stop !== null && stop.at >= Date.parse(from ?? view.requested_at) ? stop : null;
}

const stateOf = (seen: ServiceObservation): ServiceReceipt['state'] =>
  isUp(seen.state) ? 'running' : seen.container_id === null ? 'absent' : 'exited';

/** What runs, or may run, counts before what is down. */
const byConcern = ['running', 'unknown', 'exited', 'absent'] as const;

const stateOfAll = (containers: readonly ContainerEnd[]): ServiceReceipt['state'] =>
  byConcern.find((state) => containers.some((one) => one.state === state))!;

/** The container that the service is told by. */
function standing(containers: readonly ContainerEnd[]): ContainerEnd | undefined {
  const state = stateOfAll(containers);
  const candidates = containers.filter((one) => one.state === state);
  return candidates.find(({ ran }) => ran) ?? candidates[0];
}

/** Of several containers the worst end and the latest moment. */
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
