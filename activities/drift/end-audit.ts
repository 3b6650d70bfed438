import type { DriftAudit, DriftFinding } from '../../contracts/drift.ts';
import type { NewEvent } from '../../contracts/event.ts';
import { auditEvent, auditHasEnded, countsOf, type AuditEnd } from '../../domain/drift/audit.ts';
import { merge, type Merged } from '../../domain/drift/merge.ts';
import { isoTime } from '../../platform/time.ts';
import type { DriftDeps } from './deps.ts';

/** An event a finding, up to so many of an audit; its own event has the number. */
const mostEvents = 100;

/** Ends an audit, and keeps what it found. One that has ended stays as it is. */
export async function endAudit(
  { power, metrics }: DriftDeps,
  audit: DriftAudit,
  end: AuditEnd,
  found: readonly DriftFinding[] = [],
): Promise<DriftAudit> {
  if (auditHasEnded(audit)) return audit;
  const { store, clock } = power;
  const { host, audit_id } = audit;
  const at = clock();
  const merged = end.ok
    ? await store.drift.judge(host, (kept) => {
        const answer = merge(kept, found, end.covered);
        return { findings: answer.findings, events: eventsOf(audit, answer, at), answer };
      })
    : null;
  const principal = (await store.drift.ownerOf(audit_id))?.principal ?? null;
  const kept = await store.drift.change(audit_id, (now) => {
    const view = endedAudit(now, end, merged, found, at);
    return { view, events: [auditEvent(view, principal, at)] };
  });
  const view = kept ?? audit;
  metrics.ended(view.status);
  if (merged !== null) metrics.found(host, countsOf(merged.findings));
  return view;
}

function endedAudit(
  audit: DriftAudit,
  end: AuditEnd,
  merged: Merged | null,
  found: readonly DriftFinding[],
  at: number,
): DriftAudit {
  const finished_at = isoTime(at);
  if (!end.ok || merged === null) {
    const { cause, detail } = end as Extract<AuditEnd, { ok: false }>;
    return { ...audit, finished_at, status: 'failed', cause, detail };
  }
  const { services, busy, containers, read_ms } = end.covered;
  return {
    ...audit,
    finished_at,
    status: 'done',
    detail:
      busy.length === 0
        ? null
        : `Not judged, as they were under way: ${busy.slice(0, 20).join(', ')}`,
    services: services.length - busy.length,
    containers,
    found: countsOf(found),
    fresh: merged.fresh,
    cleared: merged.gone,
    read_ms,
  };
}

function eventsOf(audit: DriftAudit, { appeared, cleared }: Merged, at: number): NewEvent[] {
  const eventOf =
    (type: 'drift.found' | 'drift.cleared') =>
    (one: DriftFinding): NewEvent => ({
      type,
      at,
      actor: 'manifestator',
      host: audit.host,
      ...(one.service !== null && { service: one.service }),
      correlation_id: audit.correlation_id,
      payload: {
        audit_id: audit.audit_id,
        fingerprint: one.fingerprint,
        kind: one.kind,
        path: one.path,
        severity: one.severity,
      },
    });
  return [
    ...appeared.slice(0, mostEvents).map(eventOf('drift.found')),
    ...cleared.slice(0, mostEvents).map(eventOf('drift.cleared')),
  ];
}
