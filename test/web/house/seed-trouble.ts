import type { DriftFinding } from '../../../contracts/drift.ts';
import type { Incident } from '../../../contracts/incidents.ts';
import { ants } from '../../../domain/incidents/ants/table.ts';
import { newState } from '../../../domain/incidents/due.ts';
import { auditExample } from '../../../gateway/drift/examples.ts';
import { incidentExample } from '../../../gateway/incidents/incident-examples.ts';
import type { Store } from '../../../store/index.ts';
import { findingExample } from '../../domain/drift/finding-example.ts';
import { iso, minute } from '../../domain/samples.ts';

/** Incidents in every state, and how the ants do. @returns the id of an open one */
export async function seedIncidents(store: Store): Promise<string> {
  const now = Date.now();
  const ago = (minutes: number) => iso(now - minutes * minute);
  const incident = (nth: number, change: Partial<Incident>): Incident => ({
    ...incidentExample,
    incident_id: `incident-0000000${nth}`,
    fingerprint: String(nth).repeat(64),
    detected_at: ago(14 - nth),
    first_seen: ago(15 - nth),
    last_seen: ago(1),
    ...change,
  });
  const look = (minutes: number, value: number | null, detail: string) => ({
    at: ago(minutes),
    value,
    detail,
  });
  const slow = look(14, 3, 'Its health check fails: GET /health answers 503.');
  const ill = look(1, 9, 'Its health check fails: no answer within 5 s.');
  const full = look(3, 0.04, '4 % of / is free.');
  const incidents = [
    incident(1, {
      service: 'db',
      title: 'db is unhealthy',
      description: 'Its health check fails: no answer within 5 s.',
      occurrences: 9,
      reopened: 2,
      flapping: true,
      evidence: { first: slow, last: ill, worst: [ill, look(8, 6, 'It restarted.')] },
      notes: [{ at: ago(6), by: 'ben', text: 'since the update of this morning' }],
      suggested_actions: [
        { action: 'restart', target: 'web', text: 'Restart web inside its window' },
        { action: null, target: null, text: 'Look at the log of db: docker logs demo-db-1' },
      ],
    }),
    incident(2, {
      kind: 'disk',
      service: null,
      subkey: '/',
      severity: 'critical',
      title: '/ is almost full',
      description: '4 % of / is free.',
      evidence: { first: full, last: full, worst: [full] },
      suggested_actions: [],
    }),
    incident(3, {
      kind: 'certificate',
      service: 'web',
      severity: 'warn',
      status: 'acknowledged',
      title: 'The certificate of web:443 ends in 16 days',
      acked_by: 'ana',
      ack_until: iso(now + 5 * 60 * minute),
    }),
    incident(4, {
      kind: 'restart_loop',
      service: 'grafana',
      status: 'resolved',
      title: 'grafana restarts again and again',
      resolved_at: ago(2),
      resolved_by: 'asleep',
    }),
  ];
  const states = ants.map((ant, nth) => ({
    ...newState(ant, now),
    every_ms: (60 + nth * 47) * 1000,
    last_look_at: now - nth * 9000,
    last_hit_at: nth % 6 === 1 ? now - nth * 40 * minute : null,
    last_error: ant.name === 'backup' ? 'x-vx11.ants.backups.0.path does not exist' : null,
  }));
  await store.incidents.round('box', () => ({
    incidents,
    memories: new Map(),
    states,
    events: [],
  }));
  return incidents[0]!.incident_id;
}

/** What the last audit of a stack found, in every state. */
export async function seedDrift(store: Store): Promise<void> {
  const now = Date.now();
  const finding = (nth: number, change: Partial<DriftFinding>): DriftFinding => ({
    ...findingExample,
    fingerprint: String(nth).repeat(64),
    found_at: iso(now - nth * 31 * minute),
    seen_at: iso(now - minute),
    ...change,
  });
  const service = (name: string) => ({ service: name, module: name });
  const network = { kind: 'network_missing', severity: 'high', type: 'missing' } as const;
  const moved = { kind: 'image_moved', path: 'services.db.image' } as const;
  const findings = [
    finding(1, {}),
    finding(2, {
      ...network,
      path: 'services.web.networks.default',
      expected: 'attached',
      actual: null,
      description: 'web is not on the network default.',
    }),
    finding(3, {
      ...service('db'),
      ...moved,
      expected: 'sha256:2f1f0c0f7b0a4a6e9f5c6b0f0e9a1d1c4b7a8e9d0c1b2a39485766758493a2b1',
      actual: 'sha256:9d0c1b2a39485766758493a2b12f1f0c0f7b0a4a6e9f5c6b0f0e9a1d1c4b7a8e',
      description: 'The tag postgres:18 names another image now.',
    }),
    finding(4, {
      ...service('grafana'),
      kind: 'env_changed',
      state: 'pending',
      path: 'services.grafana.environment.GF_SERVER_ROOT_URL',
      expected: 'hmac:0a1b2c3d4e5f',
      actual: 'hmac:5f4e3d2c1b0a',
      description: 'A variable is not as the file says.',
    }),
    finding(5, {
      service: null,
      module: 'stack',
      kind: 'orphan_volume',
      type: 'extra',
      severity: 'info',
      state: 'info',
      path: 'volumes.demo_old',
      expected: null,
      actual: 'demo_old',
      description: 'A volume of the project that no file names.',
    }),
    finding(6, {
      ...service('web'),
      kind: 'labels_changed',
      state: 'ignored',
      path: 'services.web.labels.traefik.enable',
      expected: null,
      actual: 'true',
      description: 'The proxy sets them.',
    }),
  ];
  await store.drift.judge('box', () => ({ findings, events: [], answer: null }));
  const at = { created_at: iso(now - minute), started_at: iso(now - minute) };
  const found = { drift: 3, pending: 1, info: 1, ignored: 1 };
  const audit = { ...auditExample, ...at, finished_at: iso(now - minute + 400), found, fresh: 2 };
  await store.drift.create(audit, [], null);
}
