import { request } from 'node:http';

/** A running container of a service. */
export interface Running {
  id: string;
  project: string;
  service: string;
}

/** The state of a container. Instants in epoch ms; `running` is also true while it is paused or restarting. */
export interface ContainerFacts {
  running: boolean;
  paused: boolean;
  started_ms: number;
  finished_ms: number;
  /** It ended by SIGKILL, and not because it ran out of memory. */
  killed: boolean;
  /** The container's own stop grace period. */
  stop_grace_ms: number;
  /** It has a restart policy, so a restart of the Engine would start it again. */
  restarts: boolean;
}

/** `acted` is false if the container was already down; `after` is null if it was removed. */
export interface EndResult {
  acted: boolean;
  after: ContainerFacts | null;
}

/** The few calls that the guard makes to the Engine. Each throws if the Engine does not answer in time. */
export interface Engine {
  running(): Promise<Running[]>;
  /** Null if the container was removed. */
  inspect(id: string): Promise<ContainerFacts | null>;
  /** Unpauses the container, stops it with its own grace period, then kills it if `mayKill` still returns true. */
  end(id: string, mayKill: () => boolean): Promise<EndResult>;
  remove(id: string): Promise<void>;
  /** Lists the tasks' sandboxes, running or not, with the deadline of their label; 0 if that is not valid. */
  sandboxes(): Promise<{ id: string; deadline_ms: number }[]>;
}

const callMs = 5_000;

export function connectEngine(socketPath: string): Engine {
  const call = (method: string, path: string, withinMs = callMs, body = ''): Promise<Answer> =>
    send(socketPath, method, path, withinMs, body);

  const inspect = async (id: string): Promise<ContainerFacts | null> => {
    const { status, body } = await call('GET', `/containers/${id}/json`);
    if (status === 404) return null;
    if (status !== 200) throw new Error(`inspect answered ${status}`);
    return factsOf(JSON.parse(body) as InspectBody);
  };

  return {
    async running() {
      const filters = {
        label: ['com.docker.compose.project', 'com.docker.compose.service'],
        status: ['running', 'paused', 'restarting'],
      };
      const path = `/containers/json?filters=${encodeURIComponent(JSON.stringify(filters))}`;
      const { status, body } = await call('GET', path);
      if (status !== 200) throw new Error(`list answered ${status}`);
      const list = JSON.parse(body) as { Id: string; Labels: Record<string, string> }[];
      return list
        .filter(({ Labels }) => Labels['com.docker.compose.oneoff'] !== 'True') // containers of `compose run` belong to no window
        .map(({ Id, Labels }) => ({
          id: Id,
          project: Labels['com.docker.compose.project'] ?? '',
          service: Labels['com.docker.compose.service'] ?? '',
        }));
    },
    inspect,
    async end(id, mayKill) {
      const before = await inspect(id);
      if (!before?.running) return { acted: false, after: before };
      if (before.paused) await call('POST', `/containers/${id}/unpause`);
      if (before.restarts) {
        const never = JSON.stringify({ RestartPolicy: { Name: 'no' } });
        await call('POST', `/containers/${id}/update`, callMs, never).catch(() => null);
      }
      // if the stop fails, the following inspect shows the actual state
      const stop = await call('POST', `/containers/${id}/stop`, before.stop_grace_ms + 2 * callMs)
        .then(({ status }) => status)
        .catch(() => null);
      const stopped = await inspect(id);
      if (!stopped?.running || !mayKill()) return { acted: stop === 204, after: stopped };
      await call('POST', `/containers/${id}/kill`);
      await call('POST', `/containers/${id}/wait`).catch(() => null);
      return { acted: true, after: await inspect(id) };
    },
    async remove(id) {
      const { status } = await call('DELETE', `/containers/${id}?force=true`);
      if (status !== 204 && status !== 404) throw new Error(`remove answered ${status}`);
    },
    async sandboxes() {
      const filters = encodeURIComponent(JSON.stringify({ label: ['vx11.sandbox'] }));
      const { status, body } = await call('GET', `/containers/json?all=true&filters=${filters}`);
      if (status !== 200) throw new Error(`list answered ${status}`);
      const list = JSON.parse(body) as { Id: string; Labels: Record<string, string> }[];
      return list.map(({ Id, Labels }) => ({
        id: Id,
        deadline_ms: Number(Labels['vx11.deadline'] ?? 0) || 0,
      }));
    },
  };
}

interface InspectBody {
  State: {
    Running: boolean;
    Paused: boolean;
    Restarting: boolean;
    OOMKilled: boolean;
    ExitCode: number;
    StartedAt: string;
    FinishedAt: string;
  };
  Config: { StopTimeout?: number | null };
  HostConfig?: { RestartPolicy?: { Name?: string } };
}

const factsOf = ({ State, Config, HostConfig }: InspectBody): ContainerFacts => ({
  running: State.Running || State.Paused || State.Restarting,
  paused: State.Paused,
  started_ms: Date.parse(State.StartedAt),
  finished_ms: Date.parse(State.FinishedAt),
  killed: State.ExitCode === 137 && !State.OOMKilled,
  stop_grace_ms: Math.max(0, Config.StopTimeout ?? 10) * 1000,
  restarts: !['', 'no'].includes(HostConfig?.RestartPolicy?.Name ?? ''),
});

interface Answer {
  status: number;
  body: string;
}

/**
 * Makes one HTTP call to the Engine. The deadline covers the whole answer: a connection that breaks after the headers would
 * otherwise never end. Rejects if the call takes longer than `withinMs`.
 */
export function send(
  socketPath: string,
  method: string,
  path: string,
  withinMs: number,
  body: string,
): Promise<Answer> {
  const headers = body === '' ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', fail);
      answer.on('end', () => {
        clearTimeout(timer);
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() });
      });
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      call.destroy();
    };
    const timer = setTimeout(
      () => fail(new Error(`${method} ${path} took longer than ${withinMs} ms`)),
      withinMs,
    );
    call.on('error', fail);
    call.end(body);
  });
}
