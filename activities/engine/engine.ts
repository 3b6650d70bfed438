import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import Docker from 'dockerode';
import type { ContainerState } from '../../contracts/service.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import { callEngineWithin, isGone, EngineError } from './engine-error.ts';
import { factsOf, type ContainerFacts, type HealthCheck } from './container-facts.ts';
import { logText } from './log-text.ts';
import { countGpus, type GpuInfo } from './gpus.ts';

/** Time limit for calls that do not wait for a service. */
const callMs = 10_000;
/** Time limit for a start. It includes networks and mounts, and parallel starts slow each other down. */
const startMs = 60_000;
/** Polling interval for the end of a command. */
const askMs = 50;

/** One container of a Compose project, as listed by the Engine. */
export interface ContainerSummary {
  id: string;
  name: string;
  service: string;
  project: string;
  state: ContainerState;
  config_hash: string | null;
  /** The image that Compose created it from. */
  image_id: string | null;
  oneoff: boolean;
}

/** A command to run in a container. Empty fields mean the container's own setting. */
export interface ContainerCommand {
  command: string[];
  user: string;
  privileged: boolean;
  working_dir: string;
  /** `NAME=value` */
  environment: string[];
}

/** How long a command may run, and how much of its output is kept. */
export interface CommandBounds {
  limitMs: number;
  mostBytes: number;
}

export interface CommandOutput {
  /** Null if it did not end in time. */
  exit_code: number | null;
  /** Both of its streams, as they came. */
  output: string;
}

/** The Docker Engine API as VX11 uses it. Every call has a timeout and may throw an EngineError. */
export interface Engine {
  /** Total memory in bytes, CPUs and GPUs of the host; `gpus` is null if their number is unknown. */
  host(): Promise<{ memory_bytes: number; cpus: number; gpus: number | null }>;
  ping(): Promise<void>;
  /** The Engine's last known id; null before the first call. A reset of its data or another socket changes it. */
  knownIdentity(): string | null;
  /** Fetches the Engine's id. */
  identity(): Promise<string>;
  /** All containers of the project or of one of its services, running or not, newest first; without one-off runs. */
  list(project: string, service?: string): Promise<ContainerSummary[]>;
  /** @returns null if the container does not exist */
  inspect(id: string): Promise<ContainerFacts | null>;
  /** Succeeds if it is already started. */
  start(id: string): Promise<void>;
  /** Sends SIGTERM, then SIGKILL after the grace period. Succeeds if the container is already stopped or gone. */
  stop(id: string, graceMs: number): Promise<void>;
  kill(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Sets the restart policy to `no`, so that a reboot does not start the container; its config hash stays. */
  forgetRestartPolicy(id: string): Promise<void>;
  /** Runs the container's health check now instead of waiting for the Engine. @returns whether it passes in its time */
  passes(id: string, check: Pick<HealthCheck, 'test' | 'timeout_ms'>): Promise<boolean>;
  /** Runs a command in a container and waits for its end. @returns its exit code */
  run(
    id: string,
    command: ContainerCommand,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<number>;
  /**
   * Runs a command in a container and reads what it writes. One that does not end in time is left to the container, as the
   * Engine has no way to end it.
   */
  read(id: string, command: readonly string[], bounds: CommandBounds): Promise<CommandOutput>;
  /** The last lines of a container's log, of both streams, with their times. @param since epoch seconds */
  logTail(id: string, which: { lines: number; since: number }): Promise<string>;
  /** Unpacks a tar archive at the root of a container, running or not. */
  copyIn(id: string, archive: Buffer, keepOwner: boolean): Promise<void>;
  /** Working set in bytes; null if unknown. */
  memoryUse(id: string): Promise<number | null>;
  /** For calls that have no method here, such as those for the guard. */
  docker: Docker;
}

export function createEngine(socketPath: string): Engine {
  const docker = new Docker({ socketPath });
  let known: string | null = null;
  const call = <T>(what: string, ms: number, work: () => Promise<T>): Promise<T> =>
    callEngineWithin(ms, what, work);
  /** 304 and 404 mean that the container is already in the requested state. */
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
    passes: (id, { test: [kind, ...words], timeout_ms }) =>
      call('health check', callMs, async () => {
        const Cmd = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
        const exec = await docker.getContainer(id).exec({ Cmd, AttachStdout: true });
        const began = performance.now();
        const output = await exec.start({});
        await finished(output.resume());
        const inTime = performance.now() - began <= timeout_ms;
        return inTime && (await exec.inspect()).ExitCode === 0;
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
        // detached, since background processes may keep its output open; its end has to be polled
        (await exec.start({ Detach: true })).resume();
        const exitCode = async (): Promise<{ code: number } | null> => {
          const { Running, ExitCode } = await exec.inspect();
          return Running ? null : { code: ExitCode ?? 0 };
        };
        const wait = { everyMs: askMs, withinMs: limitMs, ...(signal !== undefined && { signal }) };
        const end = await poll(exitCode, wait);
        if (end !== null) return end.code;
        const seconds = Math.round(limitMs / 1000);
        throw new EngineError('refused', `it ran longer than ${seconds} s`, undefined);
      }),
    read: (id, command, { limitMs, mostBytes }) =>
      call('command', limitMs + callMs, async () => {
        const options = { Cmd: [...command], AttachStdout: true, AttachStderr: true };
        const exec = await docker.getContainer(id).exec(options);
        const stream = await exec.start({});
        const { sink, text } = boundedText(mostBytes);
        docker.modem.demuxStream(stream, sink, sink);
        const ended = async (): Promise<{ code: number } | null> => {
          const { Running, ExitCode } = await exec.inspect();
          return Running ? null : { code: ExitCode ?? 0 };
        };
        // its last words come before its end is known
        const written = finished(stream, { writable: false }).catch(() => undefined);
        // once: a command may close its output long before it ends
        let isSoon = true;
        const sooner = async (): Promise<void> => {
          await (isSoon ? written : pause(askMs));
          isSoon = false;
        };
        const end = await poll(ended, { everyMs: askMs, withinMs: limitMs, sooner });
        if (end !== null) await Promise.race([written, pause(askMs)]);
        stream.destroy();
        return { exit_code: end?.code ?? null, output: text() };
      }),
    logTail: (id, { lines, since }) =>
      call('logs', callMs, async () => {
        const options = { stdout: true, stderr: true, timestamps: true, follow: false } as const;
        const container = docker.getContainer(id);
        return logText(await container.logs({ ...options, tail: lines, since }));
      }),
    copyIn: (id, archive, keepOwner) =>
      call('copy', callMs, async () => {
        const to = { path: '/', ...(keepOwner && { copyUIDGID: 'true' as const }) };
        await docker.getContainer(id).putArchive(archive, to);
      }),
    memoryUse: (id) =>
      call('stats', callMs, async () => {
        // `one-shot` saves the Engine a second sample
        const stats = await docker.getContainer(id).stats({ stream: false, 'one-shot': true });
        const { usage, stats: detail } = stats.memory_stats;
        if (usage === undefined) return null;
        return usage - (detail?.total_inactive_file ?? detail?.inactive_file ?? 0);
      }),
  };
}

/** Keeps the first bytes that are written, and takes the rest too, so that the writer does not block. */
function boundedText(mostBytes: number): { sink: Writable; text: () => string } {
  const pieces: Buffer[] = [];
  let left = mostBytes;
  const sink = new Writable({
    write(piece: Buffer, _, next) {
      if (left > 0) pieces.push(piece.subarray(0, left));
      left -= piece.length;
      next();
    },
  });
  return { sink, text: () => Buffer.concat(pieces).toString('utf8') };
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

/** A list contains health only in its status text: `Up 3 seconds (health: starting)`. */
function stateOfList(state: string, status: string): ContainerState {
  if (state === 'running') {
    if (status.includes('(health: starting)')) return 'starting';
    return status.includes('(unhealthy)') ? 'unhealthy' : 'running';
  }
  const known = ['created', 'paused', 'restarting', 'exited', 'dead'] as const;
  return known.find((name) => name === state) ?? (state === 'removing' ? 'stopping' : 'unknown');
}
