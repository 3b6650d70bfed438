import type { DriftAudit, JudgedFinding } from '../../contracts/drift.ts';
import type { NewEvent } from '../../contracts/event.ts';

/** What an audit is made from. */
export type AuditRequest = Pick<
  DriftAudit,
  'audit_id' | 'host' | 'owner' | 'correlation_id' | 'modules' | 'include_tests'
>;

const none = { drift: 0, pending: 0, info: 0, ignored: 0 };

/** An audit before its workflow starts. @param at in epoch ms */
export const queuedAudit = (request: AuditRequest, at: number): DriftAudit => ({
  ...request,
  status: 'queued',
  cause: null,
  detail: null,
  created_at: new Date(at).toISOString(),
  started_at: null,
  finished_at: null,
  services: 0,
  containers: 0,
  found: none,
  fresh: 0,
  cleared: 0,
  read_ms: null,
});

/** Whether an audit compares everything that another one is to compare: services of tests only where it takes all or names them. */
export function comparesAll(
  audit: Pick<DriftAudit, 'modules' | 'include_tests'>,
  { modules, include_tests }: Pick<DriftAudit, 'modules' | 'include_tests'>,
): boolean {
  if (audit.modules === null) return audit.include_tests || (modules === null && !include_tests);
  return modules !== null && modules.every((name) => audit.modules!.includes(name));
}

export const auditHasEnded = ({ finished_at }: DriftAudit): boolean => finished_at !== null;

/** How many findings have each state. */
export const countsOf = (found: readonly Pick<JudgedFinding, 'state'>[]): DriftAudit['found'] => {
  const counts = { ...none };
  for (const { state } of found) counts[state] += 1;
  return counts;
};

/** What was compared: names, and how long reading took. */
export interface Covered {
  services: string[];
  /** Services that were under way; what is known of them stays. */
  busy: string[];
  /** Whether the stack as a whole was compared, too. */
  whole: boolean;
  containers: number;
  read_ms: number;
}

/** What became of an audit, or why nothing did. */
export type AuditEnd =
  | { ok: true; found: JudgedFinding[]; covered: Covered }
  | { ok: false; cause: string; detail: string };

/** The event of an ended audit. @param at in epoch ms */
export const auditEvent = (audit: DriftAudit, principal: string | null, at: number): NewEvent => {
  const { audit_id, host, owner, correlation_id, status, found, fresh, cleared, cause } = audit;
  return {
    type: 'drift.audited',
    at,
    actor: owner,
    actor_id: principal,
    host,
    service: 'manifestator',
    correlation_id,
    payload: { audit_id, status, found, fresh, cleared, cause },
  };
};
