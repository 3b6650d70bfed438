import Docker from 'dockerode';
import type { ContainerFacts } from '../../activities/engine/container-facts.ts';
import { EngineError } from '../../activities/engine/engine-error.ts';
import type { ContainerSummary, Engine } from '../../activities/engine/engine.ts';
import type { ContainerEvent, EngineWatch } from '../../activities/engine/watch.ts';

interface Container extends ContainerSummary {
  facts: Pick<ContainerFacts, 'exit_code' | 'started_at' | 'finished_at'>;
}

/** Containers in memory, as the Engine would have them, with its event stream. */
export interface FakeEngine extends Engine {
  watch: EngineWatch;
  /** The containers of a service, in the order in which they were made. */
  of(service: string): Container[];
  make(service: string, change?: Partial<Container>): Container;
  /** As `docker kill` does it: exit code 137, and nobody asked for a stop. */
  fall(container: Container): void;
  /** Starts and stops, as `start <name>`. */
  calls: string[];
  /** Names of the containers that run. */
  running(): string[];
  /** Names of containers that cannot be stopped for now. */
  stuck: Set<string>;
}

const plain = {
  health: 'none',
  pid: 0,
  out_of_memory: false,
  error: '',
  restart_policy: 'no',
  health_check: null,
} as const;

export function createFakeEngine(): FakeEngine {
  const containers = new Map<string, Container>();
  const listeners = new Set<(event: ContainerEvent) => void>();
  const calls: string[] = [];
  const stuck = new Set<string>();
  let made = 0;

  const tell = ({ id, service, facts }: Container, action: string): void => {
    const event = { id, service, action, exit_code: facts.exit_code, at: Date.now() };
    for (const listener of listeners) listener(event);
  };
  const known = (id: string): Container => {
    const container = containers.get(id);
    if (container === undefined) throw new EngineError('refused', `no such container: ${id}`, null);
    return container;
  };
  const end = (container: Container, exit_code: number): void => {
    container.state = 'exited';
    Object.assign(container.facts, { exit_code, finished_at: Date.now() });
    tell(container, 'die');
  };
  return {
    calls,
    stuck,
    running: () =>
      [...containers.values()].flatMap(({ name, state }) => (state === 'running' ? [name] : [])),
    docker: new Docker(),
    of: (service) => [...containers.values()].filter((container) => container.service === service),
    make(service, change = {}) {
      const taken = new Set([...containers.values()].map(({ name }) => name));
      let nth = 1;
      while (taken.has(`demo-${service}-${nth}`)) nth += 1;
      const container: Container = {
        id: `${service}-${(made += 1)}`,
        name: `demo-${service}-${nth}`,
        service,
        state: 'created',
        config_hash: 'hash',
        oneoff: false,
        facts: { exit_code: 0, started_at: null, finished_at: null },
        ...change,
      };
      containers.set(container.id, container);
      return container;
    },
    fall: (container) => end(container, 137),
    watch: {
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close: () => listeners.clear(),
    },
    host: async () => ({ memory_bytes: 2 ** 30, cpus: 1 }),
    ping: async () => undefined,
    list: async (_project, service) =>
      [...containers.values()]
        .filter((container) => service === undefined || container.service === service)
        .map((container) => ({ ...container })),
    async inspect(id) {
      const container = containers.get(id);
      if (container === undefined) return null;
      const { name, state, facts } = container;
      return { id, name, state, ...facts, ...plain, addresses: [] };
    },
    async start(id) {
      const container = known(id);
      calls.push(`start ${container.name}`);
      container.state = 'running';
      Object.assign(container.facts, { started_at: Date.now(), finished_at: null });
      tell(container, 'start');
    },
    async stop(id) {
      const container = known(id);
      if (stuck.has(container.name)) throw new EngineError('refused', 'it cannot be stopped', null);
      calls.push(`stop ${container.name}`);
      tell(container, 'stop');
      end(container, 0);
    },
    kill: async (id) => end(known(id), 137),
    unpause: async (id) => void (known(id).state = 'running'),
    remove: async (id) => void containers.delete(id),
    passes: async () => true,
    forgetRestartPolicy: async () => undefined,
    memoryUse: async () => null,
  };
}
