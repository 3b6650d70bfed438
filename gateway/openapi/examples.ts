import type { z } from 'zod';
import type { ServiceDetail } from '../../contracts/service.ts';
import type { statusAnswer } from '../../contracts/status.ts';
import type { Receipt, WindowView } from '../../contracts/window.ts';
import { strayNote } from '../../domain/services/settle.ts';

/** All examples of the API show one window: redis for ten minutes, closed at its deadline. */
export const exampleId = 'window-9f2c41d07a3b55e1';
export const exampleCorrelation = '0b0d6c1e-6f0e-4a8b-9d43-0c1f7a1c0e55';
const opened = '2026-11-21T12:00:00.000Z';
const ends = '2026-11-21T12:10:00.000Z';
const ended = '2026-11-21T12:10:00.180Z';

export const receiptExample: Receipt = {
  window_id: exampleId,
  closed_by: 'deadline',
  reason: null,
  deadline: ends,
  closed_at: ended,
  overrun_ms: 140,
  services: [
    {
      service: 'redis',
      container: 'demo-redis-1',
      state: 'exited',
      outcome: 'stopped',
      exit_code: 0,
      forced: false,
      stopped_by: 'window',
      stopped_at: '2026-11-21T12:10:00.140Z',
      stop_ms: 95,
      overrun_ms: 140,
      kept_for: [],
    },
  ],
  residue: [],
};

export const windowExample: WindowView = {
  window_id: exampleId,
  kind: 'target',
  host: 'box',
  target: 'redis',
  services: ['redis'],
  members: ['redis'],
  state: 'open',
  mode: 'ttl',
  ttl_ms: 600_000,
  max_ttl_ms: 3_600_000,
  owner: 'admin',
  reason: 'demo',
  correlation_id: exampleCorrelation,
  requested_at: '2026-11-21T11:59:59.700Z',
  opened_at: opened,
  expires_at: ends,
  max_expires_at: '2026-11-21T13:00:00.000Z',
  closed_at: null,
  extensions: 0,
  services_started: ['redis'],
  services_failed: [],
  waiting_for: null,
  approval: null,
  receipt: null,
};

export const closedWindowExample: WindowView = {
  ...windowExample,
  state: 'closed',
  closed_at: ended,
  receipt: receiptExample,
};

export const openExample = {
  window_id: exampleId,
  target: 'redis',
  is_open: true,
  state: 'open' as const,
  opened_at: opened,
  expires_at: ends,
  ttl_remaining_seconds: 600,
  services_started: ['redis'],
  services_failed: [],
  waiting_for: null,
  clamped: false,
  correlation_id: exampleCorrelation,
};

export const statusExample: z.infer<typeof statusAnswer> = {
  mode: 'windowed',
  policy: 'SOLO_MADRE',
  madre_available: true,
  services: [
    {
      name: 'redis',
      host: 'box',
      tier: 'window',
      state: 'running',
      health: 'ok',
      window_ids: [exampleId],
      until: ends,
      reason: null,
      note: null,
    },
    {
      name: 'web',
      host: 'box',
      tier: 'window',
      state: 'running',
      health: 'ok',
      window_ids: [],
      until: null,
      reason: null,
      note: strayNote,
    },
  ],
  windows: [windowExample],
  budgets: [
    {
      host: 'box',
      memory_bytes: { reserved: 536_870_912, seen: 41_943_040, limit: 8_589_934_592 },
      cpus: { reserved: 1, seen: null, limit: null },
      gpus: { reserved: 0, limit: null },
    },
  ],
  memory: { vx11_bytes: 176_160_768, asleep_services: 8, asleep_bytes: 2_147_483_648 },
  as_of: 7,
  timestamp: '2026-11-21T12:00:01.000Z',
};

export const serviceExample: ServiceDetail = {
  ...statusExample.services[0]!,
  image: 'redis:8',
  problem: null,
  depends_on: [],
  replicas: 1,
  memory_bytes: 536_870_912,
  cpus: 1,
  gpu: null,
  default_ttl_ms: 600_000,
  max_ttl_ms: 3_600_000,
  idle_ms: null,
  stray: 'report',
  container_name: 'demo-redis-1',
  started_at: opened,
  memory_seen_bytes: 41_943_040,
  outdated: false,
  stray_since: null,
  last_stop: null,
};

export const operatorOpenExample = {
  window_id: exampleId,
  created_at: windowExample.requested_at,
  deadline: ends,
  services_started: ['redis'],
  services_failed: [],
  state: 'open' as const,
  ttl_remaining_sec: 600,
  waiting_for: null,
  correlation_id: exampleCorrelation,
};

export const tokenExample = {
  token_id: 'token-51c0ffee51c0ffee',
  name: 'dashboard',
  scope: 'viewer' as const,
  agent: null,
  confirms: null,
  created_at: opened,
  created_by: 'ana',
  expires_at: null,
  revoked_at: null,
  last_used_at: null,
};
