import { readdir, stat } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { CapturedContainer } from '../../../domain/repair/captured-service.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { callEngineWithin, isGone } from '../../engine/engine-error.ts';
import type { Engine } from '../../engine/engine.ts';
import { readLimitsHit } from '../../engine/limits-hit.ts';
import { listeningIn, socketsIn, type ListeningSocket } from '../../engine/sockets.ts';

const callMs = 10_000;
const logLines = 200;
const mostEntries = 200;
const socketsMs = 3000;

/** A container, and what its image and its log say, before masking. */
export interface FoundContainerFacts {
  container: CapturedContainer;
  /** `NAME=value` */
  environment: string[];
  image: string;
  image_id: string;
  logs: string[];
}

/** Looks at one container; null if it is gone. */
async function lookInto(engine: Engine, id: string): Promise<FoundContainerFacts | null> {
  let info: Docker.ContainerInspectInfo;
  try {
    info = await callEngineWithin(callMs, 'inspect', () =>
      engine.docker.getContainer(id).inspect(),
    );
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
  const { State: state, HostConfig: host, Config: config } = info;
  const isRunning = state.Running && !state.Restarting;
  const [hits, listening, mounts, log] = await Promise.all([
    readLimitsHit(state.Pid),
    isRunning ? listeningOf(engine, id, state.Pid) : [],
    Promise.all(info.Mounts.map(mountOf)),
    engine.logTail(id, { lines: logLines, since: 0 }).catch(() => ''),
  ]);
  const results = state.Health?.Log ?? [];
  const container: CapturedContainer = {
    name: info.Name.replace(/^\//, ''),
    state: state.Status,
    exit_code: isRunning || state.Status === 'created' ? null : state.ExitCode,
    error: state.Error,
    out_of_memory: state.OOMKilled || (hits.out_of_memory_kills ?? 0) > 0,
    restarts: info.RestartCount,
    health: state.Health?.Status ?? 'none',
    health_log: results.map(({ ExitCode, Output }) => ({ exit_code: ExitCode, output: Output })),
    listening,
    user: config.User,
    mounts,
    networks: Object.keys(info.NetworkSettings.Networks),
    memory_limit_bytes: host.Memory || null,
    memory_peak_bytes: hits.memory_peak_bytes,
    pids_limit_hits: hits.pids_refused ?? 0,
    pids_limit: (host.PidsLimit ?? 0) > 0 ? host.PidsLimit! : null,
    ready_after_ms: readyAfter(state),
  };
  return {
    container,
    environment: config.Env ?? [],
    image: config.Image,
    image_id: info.Image,
    logs: linesOf(log).slice(-logLines),
  };
}

/** How long a service that is called unhealthy may still need to become healthy, for the time to be known. */
const patienceMs = 15_000;
const healthEveryMs = 250;

/** As `lookInto`. A service that is unhealthy may only be slow, which shows once its health check passes for the first time. */
export async function lookPatiently(
  engine: Engine,
  id: string,
  signal: AbortSignal,
): Promise<FoundContainerFacts | null> {
  const seen = await lookInto(engine, id);
  if (seen === null || !mayBeSlow(seen.container)) return seen;
  const look = async (): Promise<true | null> => {
    const facts = await engine.inspect(id);
    return facts === null || !isUp(facts.state) || facts.health === 'healthy' ? true : null;
  };
  await poll(look, { everyMs: healthEveryMs, withinMs: patienceMs, signal });
  const later = await lookInto(engine, id);
  const ready_after_ms = later?.container.ready_after_ms ?? null;
  return { ...seen, container: { ...seen.container, ready_after_ms } };
}

/** A health check that cannot be run, or that has passed, says all that it will. */
const mayBeSlow = ({ state, health, health_log, ready_after_ms }: CapturedContainer): boolean =>
  state === 'running' &&
  /^(?:unhealthy|starting)$/.test(health) &&
  ready_after_ms === null &&
  !health_log.some(({ exit_code }) => exit_code === 126 || exit_code === 127 || exit_code < 0);

/** From the host's files, or where those are out of sight with a program of the container. */
async function listeningOf(engine: Engine, id: string, pid: number): Promise<ListeningSocket[]> {
  const seen = await listeningIn(pid);
  if (seen !== null) return seen;
  const command = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
  const bounds = { limitMs: socketsMs, mostBytes: 262_144 };
  const read = await engine.read(id, command, bounds).catch(() => null);
  return socketsIn(read?.output ?? '');
}

/** By the oldest result that the Engine still has, so a little late for one that has long been healthy. */
function readyAfter(state: Docker.ContainerInspectInfo['State']): number | null {
  const first = state.Health?.Log?.find(({ ExitCode }) => ExitCode === 0);
  if (first === undefined) return null;
  return Math.max(0, Date.parse(first.End) - Date.parse(state.StartedAt));
}

type Mount = CapturedContainer['mounts'][number];

async function mountOf({
  Type,
  Source,
  Destination,
  RW,
}: Docker.ContainerInspectInfo['Mounts'][number]): Promise<Mount> {
  const facts = await stat(Source).catch(() => null);
  const entries = facts?.isDirectory() === true ? await readdir(Source).catch(() => []) : [];
  return {
    source: Source,
    target: Destination,
    type: Type ?? 'bind',
    read_only: !RW,
    owner: facts === null ? null : { uid: facts.uid, gid: facts.gid, mode: facts.mode & 0o7777 },
    entries: entries.toSorted().slice(0, mostEntries),
  };
}

/** Lines without the Engine's times and without control characters. */
const linesOf = (log: string): string[] =>
  log
    .split('\n')
    .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\S+Z ?/, '').replace(/[^\P{Cc}\t\r]/gu, ''))
    .filter((line, at, all) => line !== '' || at < all.length - 1);
