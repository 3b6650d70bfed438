import type { z } from 'zod';
import type { auditVerifyAnswer } from '../../contracts/audit.ts';
import type { EventRecord } from '../../contracts/event.ts';

export const auditExample: z.infer<typeof auditVerifyAnswer> = {
  ok: true,
  logs: [
    {
      log: 'events',
      ok: true,
      checked: 1204,
      broken_at: null,
      because: null,
      anchor: null,
      head: { seq: 1204, hash: 'f'.repeat(64) },
    },
  ],
};

export const eventExample: EventRecord = {
  seq: 7,
  at: '2026-11-21T12:00:00.000Z',
  type: 'window.open',
  actor: 'admin',
  host: 'box',
  window_id: 'window-9f2c41d07a3b55e1',
  service: null,
  correlation_id: 'demo-1',
  payload: {},
  prev_hash: '0'.repeat(64),
  hash: 'f'.repeat(64),
};
