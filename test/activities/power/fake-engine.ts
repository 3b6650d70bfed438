import type { ContainerFacts } from '../../../activities/engine/container-facts.ts';
import { EngineError } from '../../../activities/engine/engine-error.ts';
import type { ContainerSummary, Engine } from '../../../activities/engine/engine.ts';
import type { ContainerEvent, EngineWatch } from '../../../activities/engine/watch.ts';
import { isUp } from '../../../domain/settle.ts';

/** Everything that a list or an inspect tells of it. */
export type FakeContainer = ContainerSummary & ContainerFacts;

/** An Engine in memory, with its event stream. */
export interface FakeEngine extends Engine {
  watch: EngineWatch;
  /** One more container of the service, which runs where `change` does not say otherwise. No event tells of it. */
  add(service: string, change?: Partial<FakeContainer>): FakeContainer;
  /** Changes the service's first container, or adds it. No event tells of it. */
  put(service: string, change?: Partial<FakeContainer>): FakeContainer;
  /** The service's containers, in the order in which they were made. */
  of(service: string): FakeContainer[];
  /** Ends it as `docker kill` does: nobody asked for a stop. */
  fall(container: FakeContainer): void;
  /** Names of the containers that are up. */
  running(): string[];
  /** Names of containers that cannot be stopped for now. */
  stuck: Set<string>;
  /** What was asked of it that changes something, such as `start shop-web-1`. */
  calls: string[];
}

export function createFakeEngine(project: string, clock: () => number): FakeEngine {
  const containers = new Map<string, FakeContainer>();
  const listeners = new Set<(event: ContainerEvent) => void>();
  const stuck = new Set<string>();
  const calls: string[] = [];
  let made = 0;

  const all = (): FakeContainer[] => [...containers.values()];
  const of = (service: string): FakeContainer[] => all().filter((one) => one.service === service);
  const tell = (
    { id, service }: FakeContainer,
    action: string,
    exit_code: number | null = null,
  ) => {
    const event = { id, service, action, exit_code, at: clock() };
    for (const listener of listeners) listener(event);
  };
  const end = (container: FakeContainer, exit_code: number): void => {
    Object.assign(container, { state: 'exited', exit_code, pid: 0, finished_at: clock() });
    tell(container, 'die', exit_code);
  };
  /** Does it to a container that is there, and writes it down. @returns whether it is there */
  const ask = (verb: string, id: string, work: (container: FakeContainer) => void): boolean => {
    const container = containers.get(id);
    if (container === undefined) return false;
    calls.push(`${verb} ${container.name}`);
    work(container);
    return true;
  };
  const add: FakeEngine['add'] = (service, change = {}) => {
    const taken = new Set(all().map(({ name }) => name));
    let nth = 1;
    while (taken.has(`${project}-${service}-${nth}`)) nth += 1;
    const { state = 'running' } = change;
    const container: FakeContainer = {
      id: `id-${(made += 1)}`,
      name: `${project}-${service}-${nth}`,
      service,
      config_hash: `hash of ${service}`,
      image_id: null,
      oneoff: false,
      state,
      health: 'none',
      exit_code: 0,
      pid: isUp(state) ? 1 : 0,
      out_of_memory: false,
      error: '',
      started_at: isUp(state) ? clock() : null,
      finished_at: null,
      restart_policy: 'no',
      health_check: null,
      addresses: [],
      ...change,
    };
    containers.set(container.id, container);
    return container;
  };
  return {
    calls,
    stuck,
    add,
    of,
    put(service, change = {}) {
      const [first] = of(service);
      return first === undefined ? add(service, change) : Object.assign(first, change);
    },
    fall: (container) => end(container, 137),
    running: () => all().flatMap(({ name, state }) => (isUp(state) ? [name] : [])),
    watch: {
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close: () => listeners.clear(),
    },
    host: async () => ({ memory_bytes: 2 ** 30, cpus: 2, gpus: null }),
    ping: async () => undefined,
    list: async (asked, service) =>
      (asked !== project ? [] : service === undefined ? all() : of(service))
        .map((container) => ({ ...container }))
        .toReversed(),
    async inspect(id) {
      const container = containers.get(id);
      return container === undefined ? null : { ...container };
    },
    async start(id) {
      const found = ask('start', id, (container) => {
        if (isUp(container.state)) return;
        Object.assign(container, { state: 'running', pid: 1, started_at: clock() });
        tell(container, 'start');
      });
      if (!found) throw new EngineError('gone', `start: no such container: ${id}`, null);
    },
    async stop(id) {
      ask('stop', id, (container) => {
        if (stuck.has(container.name))
          throw new EngineError('refused', 'it cannot be stopped', null);
        if (!isUp(container.state)) return;
        end(container, 0);
        tell(container, 'stop');
      });
    },
    async kill(id) {
      ask('kill', id, (container) => end(container, 137));
    },
    async unpause(id) {
      ask('unpause', id, (container) => void (container.state = 'running'));
    },
    async remove(id) {
      ask('remove', id, (container) => {
        containers.delete(id);
        tell(container, 'destroy');
      });
    },
    async forgetRestartPolicy(id) {
      ask('unbind', id, (container) => void (container.restart_policy = 'no'));
    },
    passes: async () => true,
    memoryUse: async () => null,
    get docker(): never {
      throw new Error('nothing here speaks to Docker');
    },
  };
}
