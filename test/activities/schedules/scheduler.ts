import { attend } from '../../../activities/schedules/attend.ts';
import type { WindowScheduleDeps } from '../../../activities/schedules/deps.ts';
import { createWindowScheduleRound } from '../../../activities/schedules/round.ts';
import type { Catalog } from '../../../contracts/service.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { readWindowSchedules } from '../../../domain/schedules/read-window-schedules.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { aService, iso, noon } from '../../domain/samples.ts';
import { sqliteBackend } from '../../store/backend.ts';

export const host = 'host-a';

/** The scheduled windows of a host over a store of its own, and a clock that only the test moves. */
export interface TestScheduler {
  store: Store;
  now: number;
  /** Entries of `x-vx11.schedule`. */
  sources: object[];
  /** Why the compose file cannot be read. */
  error: string | null;
  /** The windows whose workflow was started, in order. */
  started: WindowView[];
  /** Calls to Temporal. */
  attended: string[];
  running: Set<string>;
  deps: WindowScheduleDeps;
  round(): Promise<void>;
  /** What the workflow does, at this instant. */
  attend(name: string, at?: number | string): Promise<number | null>;
  /** What became of its times, the oldest first. */
  decided(name: string): Promise<string[]>;
  end(): Promise<void>;
}

export async function testScheduler(...sources: object[]): Promise<TestScheduler> {
  const backend = await sqliteBackend();
  const store = await openStore(backend.url);
  const services = [aService('db'), aService('web', { needs: ['db'] })];
  const current = async (): Promise<Catalog> => ({
    host,
    project: 'p',
    compose_file: 'c.yml',
    services,
    read_at: iso(noon),
    budget: { memory_bytes: null, cpus: null },
    window_schedules: readWindowSchedules(one.sources, ['db', 'web']),
    error: one.error,
  });
  const one: TestScheduler = {
    store,
    now: noon,
    sources,
    error: null,
    started: [],
    attended: [],
    running: new Set(),
    deps: {
      power: {
        host,
        store,
        clock: () => one.now,
        catalog: { current } as WindowScheduleDeps['power']['catalog'],
        log: undefined as unknown as WindowScheduleDeps['power']['log'],
      },
      runs: () => ({
        async attend(on, name) {
          one.attended.push(`${on}/${name}`);
          one.running.add(name);
        },
        runs: async (_, name) => one.running.has(name),
      }),
      startWindow: async (view) => void one.started.push(view),
    },
    round: () => createWindowScheduleRound(one.deps)(),
    async attend(name, at = one.now) {
      one.now = typeof at === 'string' ? Date.parse(at) : at;
      return (await attend(one.deps, name)).next_at;
    },
    decided: async (name) =>
      (await store.windowSchedules.last(host, name, 100))
        .map(({ slot, outcome }) => `${slot} ${outcome}`)
        .toReversed(),
    async end() {
      await store.close();
      await backend.stop();
    },
  };
  return one;
}
