import { finished } from 'node:stream/promises';
import Docker from 'dockerode';
import type { ContainerState } from '../../contracts/service.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { callEngine, EngineError, isGone } from './engine-error.ts';
import { factsOf, type ContainerFacts } from './container-facts.ts';
import { countGpus, type GpuInfo } from './gpus.ts';

/** How long the Engine may take over a call that does not wait for a service. */
const callMs = 10_000;
/** A start includes networks and mounts, and gets slower when many happen at once. */
const startMs = 60_000;
/** How often the Engine is asked whether a command has ended. */
const askMs = 50;

/** One container of a Compose project, as a list shows it. */
export interface ContainerSummary {
  id: string;
  name: string;
  service: string;
  project: string;
  state: ContainerState;
  config_hash: string | null;
  /** The image that Compose made it from. */
  image_id: string | null;
  oneoff: boolean;
}

/** A command for a container that runs; what is empty is as the container itself has it. */
export interface ContainerCommand {
  command: string[];
  user: string;
  privileged: boolean;
  working_dir: string;
  /** `NAME=value` */
  environment: string[];
}

/** The Engine as the rest of VX11 sees it. Every call has a deadline and may throw an EngineError. */
export interface Engine {
  /** Total memory in bytes, CPUs and GPUs of the host; no GPUs where nobody can tell how many there are. */
  host(): Promise<{ memory_bytes: number; cpus: number; gpus: number | null }>;
  ping(): Promise<void>;
  /** The Engine's own id; another one after its data was reset, or behind another socket. Null until it was asked. */
  knownIdentity(): string | null;
  /** Asks it anew. */
  identity(): Promise<string>;
  /** Every container of the project, or of one service of it, running or not, except one-off runs; newest first. */
  list(project: string, service?: string): Promise<ContainerSummary[]>;
  /** Null when it does not exist. */
  inspect(id: string): Promise<ContainerFacts | null>;
  /** Started already is success. */
  start(id: string): Promise<void>;
  /** TERM, then KILL after the grace; stopped or gone already is success. */
  stop(id: string, graceMs: number): Promise<void>;
  kill(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Takes the restart policy away, so that a reboot brings nothing back; its config hash stays. */
  forgetRestartPolicy(id: string): Promise<void>;
  /** Runs a container's own health check now, as the Engine would in its time. */
  passes(id: string, healthTest: string[]): Promise<boolean>;
  /** Runs a command in a container until it ends. @returns its exit code */
  run(
    id: string,
    command: ContainerCommand,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<number>;
  /** Unpacks a tar archive at the root of a container, which need not run. */
  copyIn(id: string, archive: Buffer, keepOwner: boolean): Promise<void>;
  /** Working set in bytes; null when it cannot be told. */
  memoryUse(id: string): Promise<number | null>;
  /** For what has no method here: the guard and its like. */
  docker: Docker;
}

export function createEngine(socketPath: string): Engine {
  const docker = new Docker({ socketPath });
  let known: string | null = null;
  const call = <T>(what: string, ms: number, work: () => Promise<T>): Promise<T> =>
    callEngine(what, () => timeout(ms, what, work()));
  /** 304 and 404 say that what was asked for is so already. */
  const doneAlready = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  };
  return {
    docker,
    host: () =>
      call('info', callMs, async () => {
        const info = (await docker.info()) as {
          MemTotal: number;
          NCPU: number;
          ID: string;
        } & GpuInfo;
        known = info.ID;
        return { memory_bytes: info.MemTotal, cpus: info.NCPU, gpus: await countGpus(info) };
      }),
    knownIdentity: () => known,
    identity: () =>
      call('info', callMs, async () => {
        const { ID } = (await docker.info()) as { ID: string };
        return (known = ID);
      }),
    ping: () => call('ping', 3000, async () => void (await docker.ping())),
    list: (project, service) =>
      call('list', callMs, async () => {
        const label = [`com.docker.compose.project=${project}`];
        if (service !== undefined) label.push(`com.docker.compose.service=${service}`);
        const found = await docker.listContainers({ all: true, filters: { label } });
        return found.map(toSummary).filter((container) => !container.oneoff);
      }),
    inspect: (id) =>
      call('inspect', callMs, async () => {
        try {
          return factsOf(await docker.getContainer(id).inspect());
        } catch (error) {
          if (isGone(error)) return null;
          throw error;
        }
      }),
    start: (id) => call('start', startMs, async () => void (await docker.getContainer(id).start())),
    stop: (id, graceMs) => {
      const t = Math.ceil(graceMs / 1000);
      return doneAlready(call('stop', graceMs + callMs, () => docker.getContainer(id).stop({ t })));
    },
    kill: (id) => doneAlready(call('kill', callMs, () => docker.getContainer(id).kill())),
    unpause: (id) => doneAlready(call('unpause', callMs, () => docker.getContainer(id).unpause())),
    remove: (id) =>
      doneAlready(call('remove', startMs, () => docker.getContainer(id).remove({ force: true }))),
    forgetRestartPolicy: (id) =>
      call('update', callMs, async () => {
        await docker.getContainer(id).update({ RestartPolicy: { Name: 'no' } });
      }),
    passes: (id, [kind, ...words]) =>
      call('health check', callMs, async () => {
        const Cmd = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
        const exec = await docker.getContainer(id).exec({ Cmd, AttachStdout: true });
        const output = await exec.start({});
        await finished(output.resume());
        return (await exec.inspect()).ExitCode === 0;
      }),
    run: (id, command, limitMs, signal) =>
      call('hook', limitMs + callMs, async () => {
        const exec = await docker.getContainer(id).exec({
          Cmd: command.command,
          Env: command.environment,
          Privileged: command.privileged,
          ...(command.user === '' ? {} : { User: command.user }),
          ...(command.working_dir === '' ? {} : { WorkingDir: command.working_dir }),
        });
        // detached, since what it leaves behind may keep its output open; the Engine tells its end only to who asks
        (await exec.start({ Detach: true })).resume();
        const look = async (): Promise<{ code: number } | null> => {
          const { Running, ExitCode } = await exec.inspect();
          return Running ? null : { code: ExitCode ?? 0 };
        };
        const wait = { everyMs: askMs, withinMs: limitMs, ...(signal !== undefined && { signal }) };
        const end = await poll(look, wait);
        if (end !== null) return end.code;
        const seconds = Math.round(limitMs / 1000);
        throw new EngineError('refused', `it ran longer than ${seconds} s`, undefined);
      }),
    copyIn: (id, archive, keepOwner) =>
      call('copy', callMs, async () => {
        const to = { path: '/', ...(keepOwner && { copyUIDGID: 'true' as const }) };
        await docker.getContainer(id).putArchive(archive, to);
      }),
    memoryUse: (id) =>
      call('stats', callMs, async () => {
        // one-shot spares the Engine its second sample
        const stats = await docker.getContainer(id).stats({ stream: false, 'one-shot': true });
        const { usage, stats: detail } = stats.memory_stats;
        if (usage === undefined) return null;
        return usage - (detail?.total_inactive_file ?? detail?.inactive_file ?? 0);
      }),
  };
}

function toSummary(info: Docker.ContainerInfo): ContainerSummary {
  return {
    id: info.Id,
    name: (info.Names[0] ?? info.Id).replace(/^\//, ''),
    service: info.Labels['com.docker.compose.service'] ?? '',
    project: info.Labels['com.docker.compose.project'] ?? '',
    state: stateOfList(info.State, info.Status),
    config_hash: info.Labels['com.docker.compose.config-hash'] ?? null,
    image_id: info.Labels['com.docker.compose.image'] ?? null,
    oneoff: info.Labels['com.docker.compose.oneoff'] === 'True',
  };
}

/** A list tells health only in its prose: `Up 3 seconds (health: starting)`. */
function stateOfList(state: string, status: string): ContainerState {
  if (state === 'running') {
    if (status.includes('(health: starting)')) return 'starting';
    return status.includes('(unhealthy)') ? 'unhealthy' : 'running';
  }
  const known = ['created', 'paused', 'restarting', 'exited', 'dead'] as const;
  return known.find((name) => name === state) ?? (state === 'removing' ? 'stopping' : 'unknown');
}
