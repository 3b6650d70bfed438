import type { TraceDeps } from '../../../activities/traces/deps.ts';
import { createTraceRound } from '../../../activities/traces/round.ts';
import { readCollector, type Collector as Target } from '../../../activities/traces/settings.ts';
import { createSubjects } from '../../../activities/traces/subjects.ts';
import type { EventType, NewEvent } from '../../../contracts/event.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import { sqliteBackend } from '../../store/backend.ts';
import { startCollector, type Collector } from './collector.ts';

const host = 'host-a';

/** madre's exporter over a log of its own, a clock that only the test moves, and the collector that it sends to. */
export interface Exporter {
  store: Store;
  /** Epoch ms. */
  now: number;
  collector: Collector;
  counted: { outcome: string; spans: number }[];
  skipped: number;
  lag: { events: number; seconds: number };
  warned: string[];
  /** An exporter that has just started. */
  start(change?: Partial<TraceDeps>): () => Promise<void>;
  append(type: EventType, change?: Partial<NewEvent>, afterMs?: number): Promise<void>;
  end(): Promise<void>;
}

export async function startExporter(timeoutMs = 2000): Promise<Exporter> {
  const backend = await sqliteBackend();
  const store = await openStore(backend.url);
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_TIMEOUT: timeoutMs };
  const target = readCollector(env, host) as Target;
  const exporter: Exporter = {
    store,
    now: noon,
    collector,
    counted: [],
    skipped: 0,
    lag: { events: 0, seconds: 0 },
    warned: [],
    start: (change = {}) =>
      createTraceRound({
        host,
        store,
        subjects: createSubjects(store.traces),
        clock: () => exporter.now,
        collector: target,
        ownsPlans: true,
        log: {
          warn: (what, text) => void exporter.warned.push(`${text}: ${JSON.stringify(what)}`),
        },
        metrics: {
          answered: (outcome, spans) => void exporter.counted.push({ outcome, spans }),
          skipped: (events) => void (exporter.skipped += events),
          lag: (events, seconds) => void (exporter.lag = { events, seconds }),
        },
        ...change,
      }),
    async append(type, change = {}, afterMs = 1000) {
      exporter.now += afterMs;
      await store.events.append([{ type, at: exporter.now, actor: 'ana', host, ...change }]);
    },
    async end() {
      collector.close();
      await store.close();
      await backend.stop();
      if (collector.problems.length > 0) throw new Error(collector.problems.join('\n'));
    },
  };
  // the first look begins at the newest event
  await exporter.start()();
  return exporter;
}

/** The events of a window over `web` and `db`, which pulls an image and closes at its deadline, a second apart. */
export async function aWindow({ append, now }: Exporter, window_id: string): Promise<void> {
  const of = { window_id, correlation_id: `c-${window_id}` };
  const services = ['web', 'db'];
  await append('window.requested', {
    ...of,
    payload: { services, ttl_ms: 60_000, reason: 'demo' },
  });
  await append('window.queued', of);
  await append('window.opening', { ...of, payload: { members: services } });
  await append('image.pulling', { ...of, service: 'db', payload: { image: 'db:1' } });
  await append('image.pulled', {
    ...of,
    service: 'db',
    payload: { image: 'db:1', services: ['db'], took_ms: 900, bytes: 12 },
  });
  for (const service of services)
    await append('service.started', { ...of, service, payload: { ready_ms: 700, start_ms: 200 } });
  await append('window.open', { ...of, payload: { started: services, failed: [] } });
  await append('window.extended', { ...of, payload: { seconds: 60 } });
  await append('window.closing', of, 60_000);
  const stopped_at = new Date(now + 70_000).toISOString();
  const stop = { outcome: 'stopped', stopped_at, stop_ms: 300, stopped_by: 'settle_loop' };
  const of_each = services.map((service) => ({ service, ...stop, forced: false, exit_code: 0 }));
  const receipt = { closed_by: 'deadline', overrun_ms: 12, residue: [], services: of_each };
  await append('window.closed', { ...of, payload: { receipt } });
}
