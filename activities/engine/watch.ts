import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { keepRunning } from '../../platform/concurrency/keep-running.ts';
import { poll } from '../../platform/concurrency/poll.ts';

/** An Engine event about a container of a followed project. */
export interface ContainerEvent {
  id: string;
  service: string;
  /** `start`, `die`, `stop`, `kill`, `destroy`, `health_status: healthy`, … */
  action: string;
  exit_code: number | null;
  /** Epoch ms. */
  at: number;
}

/** A container of any project was attached to a network, or taken off it. */
export interface NetworkEvent {
  /** Of the container. */
  id: string;
  action: 'connect' | 'disconnect';
}

export interface EngineWatch {
  /** Calls the listener for every event. @returns a function that unsubscribes */
  subscribe(listener: (event: ContainerEvent) => void): () => void;
  /** The same for networks, whose events the Engine does not filter by project. */
  subscribeNetworks(listener: (event: NetworkEvent) => void): () => void;
  /** Reopens the stream if the list of projects has changed. */
  refresh(): void;
  close(): void;
}

interface RawEvent {
  Action: string;
  id?: string;
  timeNano: number;
  Actor?: { ID: string; Attributes: Record<string, string> };
}

/**
 * Follows the Engine's events of some projects over one stream, and reopens the stream when it breaks. `on.gap` is
 * called after each (re)connect: the caller has to look up what it missed, since the Engine keeps only its last 256
 * events.
 */
export function watchEngine(
  socketPath: string,
  projects: () => readonly string[],
  on: { gap(): void; lost(error: unknown): void },
): EngineWatch {
  const docker = new Docker({ socketPath });
  const listeners = new Set<(event: ContainerEvent) => void>();
  const ended = new AbortController();
  let current: { destroy(): void } | null = null;
  const networkListeners = new Set<(event: NetworkEvent) => void>();
  let networks: { destroy(): void } | null = null;

  let followed: readonly string[] = [];

  const follow = async (): Promise<void> => {
    followed = projects();
    // label filters of the Engine cannot match one of several values
    const label = `com.docker.compose.project${followed.length === 1 ? `=${followed[0]}` : ''}`;
    const filters = { type: ['container'], label: [label] };
    const stream = await events(filters);
    current = stream;
    on.gap();
    for await (const event of eventsIn(stream)) publish(event);
  };
  const events = async (filters: Record<string, string[]>): Promise<Readable> =>
    (await docker.getEvents({ filters: JSON.stringify(filters) })) as Readable;
  const followNetworks = async (): Promise<void> => {
    const stream = await events({ type: ['network'], event: ['connect', 'disconnect'] });
    networks = stream;
    for await (const { Action: action, Actor } of eventsIn(stream)) {
      const id = Actor?.Attributes['container'];
      if (id === undefined || (action !== 'connect' && action !== 'disconnect')) continue;
      for (const listener of networkListeners) listener({ id, action });
    }
  };
  const publish = (raw: RawEvent): void => {
    const attributes = raw.Actor?.Attributes ?? {};
    if (!followed.includes(attributes['com.docker.compose.project'] ?? '')) return;
    const event: ContainerEvent = {
      id: raw.Actor?.ID ?? raw.id ?? '',
      service: attributes['com.docker.compose.service'] ?? '',
      action: raw.Action,
      exit_code: attributes.exitCode === undefined ? null : Number(attributes.exitCode),
      at: Math.floor(raw.timeNano / 1e6),
    };
    for (const listener of listeners) listener(event);
  };
  const { signal } = ended;
  const run = async (): Promise<void> => {
    // until the compose file has been read there is nothing to follow
    await poll(async () => (projects().length > 0 ? true : null), { everyMs: 50, signal });
    await follow();
  };
  const pauses = { firstMs: 100, longestMs: 1000, steadyMs: 5000, signal };
  void keepRunning(run, {
    ...pauses,
    onEnd: (error) => on.lost(error ?? new Error('the event stream ended')),
  });
  // what it misses is found by the next look at what the networks are
  void keepRunning(followNetworks, { ...pauses, longestMs: 10_000, onEnd: () => undefined });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    subscribeNetworks(listener) {
      networkListeners.add(listener);
      return () => void networkListeners.delete(listener);
    },
    refresh() {
      if (current !== null && projects().join() !== followed.join()) current.destroy();
    },
    close() {
      ended.abort();
      current?.destroy();
      networks?.destroy();
    },
  };
}

/** The events of a stream of lines. */
async function* eventsIn(stream: Readable): AsyncGenerator<RawEvent> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as RawEvent;
  }
}
