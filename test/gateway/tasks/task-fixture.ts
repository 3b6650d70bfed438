import { onTestFinished } from 'vitest';
import type { TaskView } from '../../../contracts/task.ts';
import { connectTemporal, type TemporalPort } from '../../../gateway/temporal/port.ts';
import type { EndTask } from '../../../workflows/messages.ts';
import type { GatewayConfig } from '../../../gateway/config.ts';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  beat,
  catalog,
  observation,
  startGateway,
  view,
  type Gateway,
} from '../fixture.ts';

/** A gateway with a Temporal that records its calls and does nothing. */
export interface TaskGateway extends Gateway {
  started: TaskView[];
  ended: [string, EndTask][];
  post(
    url: string,
    payload: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  get(url: string): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Opens the spawner's window, and stores a heartbeat of the spawner. */
  open(): Promise<void>;
}

export async function startTaskGateway(
  change: { config?: Partial<GatewayConfig>; temporal?: Partial<TemporalPort> } = {},
): Promise<TaskGateway> {
  const started: TaskView[] = [];
  const ended: [string, EndTask][] = [];
  const temporal: TemporalPort = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    startTask: async (task) => void started.push(task),
    endSpawn: async (id, message) => void ended.push([id, message]),
    ...change.temporal,
  };
  const gateway = await startGateway({ deps: { temporal }, config: change.config ?? {} });
  onTestFinished(() => gateway.close());
  await gateway.store.services.saveCatalog(catalog([aService('spawner'), aService('web')]), []);
  await beat(gateway.store);
  const headers = { 'x-vx11-token': adminToken };
  return {
    ...gateway,
    started,
    ended,
    async post(url, payload, more = {}) {
      const answer = await gateway.inject({
        method: 'POST',
        url,
        payload,
        headers: { ...headers, ...more },
      });
      return { status: answer.statusCode, body: answer.json() };
    },
    async get(url) {
      const answer = await gateway.inject({ url, headers });
      return { status: answer.statusCode, body: answer.json() };
    },
    async open() {
      const { store } = gateway;
      const opened = view({ target: 'spawner', services: ['spawner'], members: ['spawner'] });
      await store.windows.save(opened, []);
      const lease = { window_id: opened.window_id, host: 'box', service: 'spawner' };
      const until = { deadline: Date.now() + 60_000, is_open: true };
      await store.leases.reserve(opened.window_id, [{ ...lease, ...until }], Date.now());
      await store.services.observe([observation('spawner')], [], Date.now());
      await beatSpawner(gateway);
    },
  };
}

export const beatSpawner = ({ store }: Pick<Gateway, 'store'>, at = Date.now()): Promise<void> => {
  const detail = { memory_mb: 4096, cpus: 4, egress: ['*.good.example'] };
  return store.presence.beat({ process: 'spawner', host: 'box', at, detail });
};

export const task = { task_type: 'python', code: 'print(1)' };
