import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { judgeOutside, runAnts } from '../../../activities/incidents/create-activities.ts';
import type { AntDeps } from '../../../activities/incidents/deps.ts';
import type { ServedCertificate } from '../../../activities/incidents/incident-activities.ts';
import { createAntMetrics } from '../../../activities/incidents/metrics.ts';
import type { ServiceFact } from '../../../domain/incidents/facts.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';

export const web: ServiceFact = {
  name: 'web',
  tier: 'window',
  held: true,
  moving: false,
  state: 'running',
  patience_ms: 60_000,
  parents: [],
  memory_bytes: 1,
  memory_limit_bytes: 1000,
  note: null,
};

/** The ants of one host over a real store; what they look at is as a test says. */
export interface Nest {
  store: Store;
  deps: AntDeps;
  now: number;
  services: ServiceFact[];
  asleep: Set<string>;
  load: number;
  certificates: () => { address: string; file: string | null }[];
  /** Half a minute later, a round; all ants look if `all`. */
  round(all?: boolean): ReturnType<typeof runAnts>;
  outside(served: ServedCertificate[] | null): ReturnType<typeof judgeOutside>;
  events(type: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function startNest(readers: Partial<AntDeps['readers']> = {}): Promise<Nest> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-nest-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  const services = async () => nest.services;
  const calm = {
    cpu_some_avg60: 0,
    memory_full_avg10: 0,
    io_full_avg60: 0,
    load_per_core: 0,
    memory_available: 1,
  };
  const deps: AntDeps = {
    host: 'box',
    store,
    readers: {
      engine: async () => ({ answers: true }),
      services,
      exits: async () => ({ at: [], services: nest.services }),
      ooms: async () => ({ at: [], since: 0, services: nest.services }),
      pressure: async () => calm,
      disks: async () => [],
      leftovers: async () => [],
      certificate_files: async () => [],
      clocks: async () => ({ engine_ms: 0, jump_ms: 0 }),
      zombies: async () => [],
      ports: async () => ({ exposed: [], taken: [] }),
      logs: async () => [],
      store: async () => ({ fault: null, broken_logs: [] }),
      backups: async () => [],
      work: async () => ({ late_windows: [], lost_leases: [], late_tasks: [] }),
      drift: async () => [],
      files: async () => [],
      images: async () => [],
      ...readers,
    },
    situation: async () => ({
      isAsleep: (name) => nest.asleep.has(name),
      isMoving: () => false,
      ancestors: () => new Set(),
    }),
    certificates: () => nest.certificates(),
    fileExpiry: async () => noon + 90 * 86_400_000,
    woken: new Set(),
    alone: (round) => round(),
    pressure: () => ({ load: nest.load, memory: 0.1 }),
    metrics: createAntMetrics(new Registry()),
    clock: () => nest.now,
    random: () => 0.5,
    log: pino({ level: 'silent' }),
  };
  const nest: Nest = {
    store,
    deps,
    now: noon,
    services: [web],
    asleep: new Set(),
    load: 0.1,
    certificates: () => [],
    round: (all = true) => {
      nest.now += 30_000;
      return runAnts(deps, { all, correlation_id: 'ants:box' });
    },
    outside: (served) => judgeOutside(deps, { served, correlation_id: 'ants:box' }),
    events: async (type) => {
      const { events } = await store.events.page({ types: [type as never], limit: 100 });
      return events.map(({ payload }) => payload);
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return nest;
}
