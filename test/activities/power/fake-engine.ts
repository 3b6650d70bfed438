import type { ContainerFacts } from '../../../activities/engine/container-facts.ts';
import type { Engine } from '../../../activities/engine/engine.ts';
import { isUp } from '../../../domain/settle.ts';

/** An Engine in memory: one container a service, its id that of the service with `id-` before it. */
export interface FakeEngine extends Engine {
  /** Puts a container there, or changes the one that is. */
  put(service: string, change?: Partial<ContainerFacts>): ContainerFacts;
  /** What was asked of it that changes something, such as `start web`. */
  calls: string[];
}

export const idOf = (service: string): string => `id-${service}`;

export function createFakeEngine(clock: () => number): FakeEngine {
  const containers = new Map<string, ContainerFacts>();
  const calls: string[] = [];
  const nameOf = (id: string): string => id.slice('id-'.length);
  const change = (verb: string, id: string, facts: Partial<ContainerFacts>): Promise<void> => {
    calls.push(`${verb} ${nameOf(id)}`);
    const known = containers.get(id);
    if (known !== undefined) containers.set(id, { ...known, ...facts });
    return Promise.resolve();
  };
  const ended = (exit_code: number): Partial<ContainerFacts> => ({
    state: 'exited',
    exit_code,
    pid: 0,
    finished_at: clock(),
  });
  return {
    calls,
    put(service, facts = {}) {
      const id = idOf(service);
      const made: ContainerFacts = {
        id,
        name: `shop-${service}-1`,
        state: 'running',
        health: 'none',
        exit_code: 0,
        pid: 1,
        out_of_memory: false,
        error: '',
        started_at: clock(),
        finished_at: null,
        restart_policy: 'no',
        health_check: null,
        addresses: [],
      };
      const now = { ...(containers.get(id) ?? made), ...facts };
      containers.set(id, now);
      return now;
    },
    host: () => Promise.resolve({ memory_bytes: 2 ** 30, cpus: 2 }),
    ping: () => Promise.resolve(),
    list: (_project, service) => {
      const all = [...containers.values()];
      const found = service === undefined ? all : all.filter(({ id }) => nameOf(id) === service);
      return Promise.resolve(
        found.map(({ id, name, state }) => ({
          id,
          name,
          service: nameOf(id),
          state,
          config_hash: `hash of ${nameOf(id)}`,
          oneoff: false,
        })),
      );
    },
    inspect: (id) => Promise.resolve(containers.get(id) ?? null),
    start: (id) => change('start', id, { state: 'running', started_at: clock(), pid: 1 }),
    stop: (id) => change('stop', id, isUp(containers.get(id)?.state ?? 'absent') ? ended(0) : {}),
    kill: (id) => change('kill', id, ended(137)),
    unpause: (id) => change('unpause', id, { state: 'running' }),
    remove: (id) => {
      containers.delete(id);
      return change('remove', id, {});
    },
    forgetRestartPolicy: (id) => change('unbind', id, { restart_policy: 'no' }),
    passes: () => Promise.resolve(true),
    memoryUse: () => Promise.resolve(null),
    get docker(): never {
      throw new Error('nothing here speaks to Docker');
    },
  };
}
