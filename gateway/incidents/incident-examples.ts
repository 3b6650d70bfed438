import type { AntResult, AntView, Incident } from '../../contracts/incidents.ts';

const at = '2026-11-29T12:03:00.000Z';
const first = { at, value: null, detail: 'Its health check fails.' };

export const incidentExample: Incident = {
  incident_id: 'incident-0f3a9b1c2d4e5f60',
  host: 'box',
  kind: 'unhealthy',
  service: 'web',
  subkey: '',
  fingerprint: 'b'.repeat(64),
  severity: 'high',
  status: 'open',
  title: 'web is unhealthy',
  description: 'Its health check fails.',
  source: 'health',
  occurrences: 1,
  reopened: 0,
  flapping: false,
  detected_at: at,
  first_seen: '2026-11-29T12:02:00.000Z',
  last_seen: at,
  stale_since: null,
  resolved_at: null,
  resolved_by: null,
  closed_at: null,
  acked_by: null,
  ack_until: null,
  notes: [],
  inhibited_by: null,
  announced: 'high',
  plan_id: null,
  correlation_id: 'ants:box',
  evidence: { first, last: first, worst: [first] },
  suggested_actions: [{ action: 'restart', target: 'web', text: 'Restart web inside its window' }],
};

export const antExample: AntView = {
  ant: 'health',
  host: 'box',
  weight: 0.19,
  fault_rate: 0.006,
  cost_ms: 1.7,
  every_seconds: 60,
  last_look_at: at,
  last_hit_at: at,
  next_look_at: '2026-11-29T12:04:02.000Z',
  last_error: null,
};

export const antResultExample: AntResult & { host: string } = {
  host: 'box',
  ant: 'health',
  outcome: 'looked',
  bad: 1,
  detail: null,
};
