import type Docker from 'dockerode';
import type { ContainerState, ServiceObservation } from '../../contracts/service.ts';

/** What an inspect tells that we use. Instants in epoch ms. */
export interface ContainerFacts {
  id: string;
  name: string;
  /** Its Compose project; empty without one. */
  project: string;
  state: ContainerState;
  health: ServiceObservation['health'];
  exit_code: number;
  /** Of its first process, on the host; 0 while it does not run. */
  pid: number;
  out_of_memory: boolean;
  error: string;
  started_at: number | null;
  finished_at: number | null;
  restart_policy: string;
  /** Its health check: `CMD` or `CMD-SHELL` and its words, and how often the Engine runs it; null without one. */
  health_check: { test: string[]; interval_ms: number } | null;
  /** Addresses inside the networks of the Engine, reachable from a Linux host. */
  addresses: string[];
}

/** The Engine writes year 1 where something has not happened yet. */
const instant = (text: string | undefined): number | null => {
  const at = Date.parse(text ?? '');
  return at > 0 ? at : null;
};

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
    finished_at: instant(state.FinishedAt),
    restart_policy: info.HostConfig.RestartPolicy?.Name || 'no',
    health_check: checkOf(info.Config.Healthcheck),
    addresses: Object.values(info.NetworkSettings.Networks)
      .map((network) => network.IPAddress)
      .filter(Boolean),
  };
}

function healthOf(status: string | undefined): ServiceObservation['health'] {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? status : 'none';
}

/** `["NONE"]` switches the check of the image off; an interval of 0 is the Engine's own 30 s. */
function checkOf(
  check: Docker.ContainerInspectInfo['Config']['Healthcheck'],
): ContainerFacts['health_check'] {
  const test = check?.Test ?? [];
  if (test.length < 2) return null;
  return { test, interval_ms: (check?.Interval ?? 0) / 1e6 || 30_000 };
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
