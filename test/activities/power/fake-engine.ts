import type { ContainerFacts } from '../../../activities/engine/container-facts.ts';
import { EngineError } from '../../../activities/engine/engine-error.ts';
import type { CommandOutput, ContainerSummary, Engine } from '../../../activities/engine/engine.ts';
import type { ContainerEvent, EngineWatch } from '../../../activities/engine/watch.ts';
import { isUp } from '../../../domain/services/settle.ts';

/** All fields of a list and an inspection. */
export type FakeContainer = ContainerSummary & ContainerFacts;

/** An in-memory Engine with its event stream. */
export interface FakeEngine extends Engine {
  watch: EngineWatch;
  /** Adds a container of the service, running unless `change` says otherwise. Emits no event. */
  add(service: string, change?: Partial<FakeContainer>): FakeContainer;
  /** Changes the service's first container, or adds one. Emits no event. */
  put(service: string, change?: Partial<FakeContainer>): FakeContainer;
  /** The service's containers in order of creation. */
  of(service: string): FakeContainer[];
  /** Ends the container as `docker kill` does, without a stop request. */
  crash(container: FakeContainer): void;
  /** Replaces the Engine by an empty one with another id. @returns a function that restores the first one */
  exchange(): () => void;
  /** Emits an event about the container. */
  emit(container: FakeContainer, action: string): void;
  /** Names of the running containers. */
  running(): string[];
  /** Names of containers that cannot be stopped. */
  stuck: Set<string>;
  /** Exit codes of commands that fail. */
  exits: Map<string, number>;
  /** What commands write, by command line. */
  outputs: Map<string, CommandOutput>;
  /** The logs of services. */
  logs: Map<string, string>;
  /** The tar archives that were copied into containers. */
  copied: { container: string; archive: Buffer }[];
  /** The calls that change something, such as `start shop-web-1`. */
  calls: string[];
}

export function createFakeEngine(project: string, clock: () => number): FakeEngine {
  let containers = new Map<string, FakeContainer>();
  const engineId = { now: 'engine-1' };
  const listeners = new Set<(event: ContainerEvent) => void>();
  const stuck = new Set<string>();
  const calls: string[] = [];
  const exits = new Map<string, number>();
  const outputs = new Map<string, CommandOutput>();
  const logs = new Map<string, string>();
  const copied: { container: string; archive: Buffer }[] = [];
  let made = 0;

  const all = (): FakeContainer[] => [...containers.values()];
  const of = (service: string): FakeContainer[] => all().filter((one) => one.service === service);
  const emit = (
    { id, service }: FakeContainer,
    action: string,
    exit_code: number | null = null,
  ) => {
    const event = { id, service, action, exit_code, at: clock() };
    for (const listener of listeners) listener(event);
  };
  const end = (container: FakeContainer, exit_code: number): void => {
    Object.assign(container, { state: 'exited', exit_code, pid: 0, finished_at: clock() });
    emit(container, 'die', exit_code);
  };
  /** Applies a change to an existing container and records the call. @returns whether the container exists */
  const ask = (verb: string, id: string, work: (container: FakeContainer) => void): boolean => {
    const container = containers.get(id);
    if (container === undefined) return false;
    calls.push(`${verb} ${container.name}`);
    work(container);
    return true;
  };
  const add: FakeEngine['add'] = (service, change = {}) => {
    const taken = new Set(all().map(({ name }) => name));
    const inProject = change.project ?? project;
    let nth = 1;
    while (taken.has(`${inProject}-${service}-${nth}`)) nth += 1;
    const { state = 'running' } = change;
    const container: FakeContainer = {
      stop_grace_ms: 10_000,
      bound: [],
      id: `id-${(made += 1)}`,
      name: `${inProject}-${service}-${nth}`,
      service,
      project: inProject,
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
      joined: [],
      ...change,
    };
    containers.set(container.id, container);
    return container;
  };
  return {
    calls,
    exits,
    outputs,
    logs,
    copied,
    stuck,
    add,
    of,
    put(service, change = {}) {
      const [first] = of(service);
      return first === undefined ? add(service, change) : Object.assign(first, change);
    },
    exchange() {
      const before = { id: engineId.now, containers };
      engineId.now = `${before.id}x`;
      containers = new Map();
      return () => {
        engineId.now = before.id;
        containers = before.containers;
      };
    },
    crash: (container) => end(container, 137),
    emit,
    running: () => all().flatMap(({ name, state }) => (isUp(state) ? [name] : [])),
    watch: {
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      subscribeNetworks: () => () => undefined,
      refresh: () => undefined,
      close: () => listeners.clear(),
    },
    host: async () => ({ memory_bytes: 2 ** 30, cpus: 2, gpus: null }),
    ping: async () => undefined,
    knownIdentity: () => engineId.now,
    identity: async () => engineId.now,
    list: async (asked, service) =>
      (service === undefined ? all() : of(service))
        .filter((container) => container.project === asked)
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
        emit(container, 'start');
      });
      if (!found) throw new EngineError('gone', `start: no such container: ${id}`, null);
    },
    async stop(id) {
      ask('stop', id, (container) => {
        if (stuck.has(container.name))
          throw new EngineError('refused', 'it cannot be stopped', null);
        if (!isUp(container.state)) return;
        end(container, 0);
        emit(container, 'stop');
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
        emit(container, 'destroy');
      });
    },
    async forgetRestartPolicy(id) {
      ask('unbind', id, (container) => void (container.restart_policy = 'no'));
    },
    passes: async (_, { test }) => (exits.get(test.slice(1).join(' ')) ?? 0) === 0,
    async run(id, { command }) {
      ask(`run ${command.join(' ')} in`, id, () => undefined);
      return exits.get(command.join(' ')) ?? 0;
    },
    async read(id, command) {
      const line = command.join(' ');
      ask(`read ${line} in`, id, () => undefined);
      return outputs.get(line) ?? { exit_code: exits.get(line) ?? 0, output: '' };
    },
    logTail: async (id) => logs.get(containers.get(id)?.service ?? '') ?? '',
    async copyIn(id, archive) {
      ask('copy into', id, (container) => void copied.push({ container: container.name, archive }));
    },
    memoryUse: async () => null,
    get docker(): never {
      throw new Error('this test does not use Docker');
    },
  };
}
