import type { DriftAudit } from '../../contracts/drift.ts';

export const auditExample: DriftAudit = {
  audit_id: 'audit-0f3a9b1c2d4e5f60',
  host: 'box',
  owner: 'ana',
  correlation_id: 'desk-4',
  status: 'done',
  cause: null,
  detail: null,
  modules: null,
  include_tests: false,
  created_at: '2026-11-29T12:00:00.000Z',
  started_at: '2026-11-29T12:00:00.310Z',
  finished_at: '2026-11-29T12:00:00.420Z',
  services: 12,
  containers: 14,
  found: { drift: 1, pending: 0, info: 0, ignored: 0 },
  fresh: 1,
  cleared: 0,
  read_ms: 240.5,
};
