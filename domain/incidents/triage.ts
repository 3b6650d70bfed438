import type { Urgency } from '../../contracts/autonomy.ts';
import type { Incident, IncidentKind, Severity } from '../../contracts/incidents.ts';
import { rankOf } from './ant.ts';

/** Where an incident is taken: the lane of the rails, and how urgent it is. */
export interface Triage {
  domain: string;
  intent_type: string;
  urgency: Urgency;
}

const lanes: Partial<Record<IncidentKind, readonly [domain: string, intentType: string]>> = {
  cpu: ['execution', 'stabilize_cpu'],
  io: ['execution', 'stabilize_cpu'],
  store: ['db', 'db_sanity'],
  drift: ['structure', 'fs_drift'],
  files: ['structure', 'fs_drift'],
  port_exposed: ['security', 'audit'],
  certificate: ['security', 'audit'],
  certificate_not_loaded: ['security', 'audit'],
};

const urgencies: Record<Severity, Urgency> = {
  info: 'low',
  warn: 'medium',
  high: 'high',
  critical: 'critical',
};

/** Whether the owner of its lane is to be informed now: once for an incident, and once for each rise of its severity. */
export const isToNotify = ({ status, severity, inhibited_by, announced }: Incident): boolean =>
  status === 'open' &&
  inhibited_by === null &&
  rankOf(severity) >= rankOf('warn') &&
  (announced === null || rankOf(severity) > rankOf(announced));

export function triageOf({ kind, severity }: Pick<Incident, 'kind' | 'severity'>): Triage {
  const [domain, intent_type] = lanes[kind] ?? ['execution', kind];
  return { domain, intent_type, urgency: urgencies[severity] };
}
