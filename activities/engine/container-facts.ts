import type Docker from 'dockerode';
import type { ContainerState, ServiceObservation } from '../../contracts/service.ts';

/** The fields of a container inspection that VX11 uses. Times are epoch ms. */
export interface ContainerFacts {
  id: string;
  name: string;
  /** Its Compose project; empty if it has none. */
  project: string;
  state: ContainerState;
  health: ServiceObservation['health'];
  exit_code: number;
  /** Process id of its first process on the host; 0 while it does not run. */
  pid: number;
  out_of_memory: boolean;
  error: string;
  started_at: number | null;
  finished_at: number | null;
  restart_policy: string;
  /** Its health check, from the compose file or the image; null if it has none. */
  health_check: HealthCheck | null;
  /** Ids of containers whose namespaces it shares. */
  joined: string[];
  /** Its addresses in the Engine's networks, reachable from a Linux host. */
  addresses: string[];
  /** How long a stop lets it end by itself, in ms: what it was made with, or the Engine's own 10 s. */
  stop_grace_ms: number;
  /** Files and folders of the host that are mounted into it. */
  bound: string[];
}

export interface HealthCheck {
  /** `CMD` or `CMD-SHELL`, followed by the arguments. */
  test: string[];
  /** How often the Engine runs it. */
  interval_ms: number;
  /** A run that takes longer has failed. */
  timeout_ms: number;
  /** Longest time until the Engine reports the container as unhealthy, by the settings of the check. */
  decides_ms: number;
}

/** The Engine writes a time in year 1 for something that has not happened yet. */
const instant = (text: string | undefined): number | null => {
  const at = Date.parse(text ?? '');
  return at > 0 ? at : null;
};

/**
 * When the container last stopped. The Engine takes both times on different threads, so a process that ends at once may
 * have stopped a few ms before it started; for one that does not run now, that is the same run.
 */
function lastStop({ StartedAt, FinishedAt, Running }: Docker.ContainerInspectInfo['State']) {
  const [started, finished] = [instant(StartedAt), instant(FinishedAt)];
  return Running || finished === null ? finished : Math.max(finished, started ?? 0);
}

export function factsOf(info: Docker.ContainerInspectInfo): ContainerFacts {
  const { State: state } = info;
  const health = healthOf(state.Health?.Status);
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    project: info.Config.Labels?.['com.docker.compose.project'] ?? '',
    state: stateOf(state, health),
    health,
    exit_code: state.ExitCode,
    pid: state.Pid,
    out_of_memory: state.OOMKilled,
    error: state.Error,
    started_at: instant(state.StartedAt),
    finished_at: lastStop(state),
    restart_policy: info.HostConfig.RestartPolicy?.Name || 'no',
    health_check: checkOf(info.Config.Healthcheck),
    joined: joinedBy(info.HostConfig),
    addresses: Object.values(info.NetworkSettings.Networks)
      .map((network) => network.IPAddress)
      .filter(Boolean),
    stop_grace_ms: ((info.Config as { StopTimeout?: number }).StopTimeout ?? 10) * 1000,
    bound: (info.Mounts ?? []).filter(({ Type }) => Type === 'bind').map(({ Source }) => Source),
  };
}

function healthOf(status: string | undefined): ServiceObservation['health'] {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

/** `["NONE"]` disables the image's check. 0 means the Engine's default: 30 s, and three tries. */
function checkOf(
  check: Docker.ContainerInspectInfo['Config']['Healthcheck'],
): ContainerFacts['health_check'] {
  const test = check?.Test ?? [];
  if (test.length < 2) return null;
  const ms = (nanoseconds: number | undefined): number => (nanoseconds ?? 0) / 1e6;
  const interval_ms = ms(check?.Interval) || 30_000;
  const timeout_ms = ms(check?.Timeout) || 30_000;
  const tries = (check?.Retries || 3) * interval_ms + timeout_ms;
  return { test, interval_ms, timeout_ms, decides_ms: ms(check?.StartPeriod) + tries };
}

/** The Engine writes `container:<id>` where Compose has `service:<name>`. */
function joinedBy(host: Docker.ContainerInspectInfo['HostConfig']): string[] {
  const modes = [host.NetworkMode, host.IpcMode, host.PidMode, host.UTSMode];
  return modes.flatMap((mode) => /^container:(.+)$/.exec(mode ?? '')?.[1] ?? []);
}

function stateOf(
  state: Docker.ContainerInspectInfo['State'],
  health: ServiceObservation['health'],
): ContainerState {
  if (state.Paused) return 'paused';
  if (state.Restarting) return 'restarting';
  if (state.Running) {
    if (health === 'starting') return 'starting';
    return health === 'unhealthy' ? 'unhealthy' : 'running';
  }
  const known = ['created', 'exited', 'dead'] as const;
  return known.find((name) => name === state.Status) ?? 'unknown';
}
