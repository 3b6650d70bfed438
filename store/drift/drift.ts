import type { DriftAudit, DriftFinding } from '../../contracts/drift.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { newestViews } from '../core/newest-views.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';

/** Audits, and the differences that still stand. */
export interface DriftStore extends ViewStore<DriftAudit> {
  /** Those of a host, or of all, by fingerprint. */
  findings(host?: string): Promise<DriftFinding[]>;
  /** Reads, decides and writes the findings of a host in one transaction. */
  judge<T>(
    host: string,
    decide: (kept: DriftFinding[]) => { findings: DriftFinding[]; events: NewEvent[]; answer: T },
  ): Promise<T>;
  /** The newest audit of each host. */
  newestAudits(host?: string): Promise<DriftAudit[]>;
}

/** Rows in one statement: SQLite limits the number of its values. */
const batch = 100;

const toFinding = ({ record }: { record: string }): DriftFinding =>
  JSON.parse(record) as DriftFinding;

export function createDriftStore(connection: Connection, append: AppendEvents): DriftStore {
  return {
    ...createViewStore<DriftAudit>(connection, append, 'drift_audits', ({ audit_id }) => audit_id),
    findings: (host) =>
      connection.read(async (db) => {
        let query = db.selectFrom('drift_findings').select('record');
        if (host !== undefined) query = query.where('host', '=', host);
        return (await query.orderBy('host').orderBy('fingerprint').execute()).map(toFinding);
      }),
    judge: (host, decide) =>
      connection.writeUnder([`drift/${host}`], async (tx) => {
        const rows = await tx
          .selectFrom('drift_findings')
          .select('record')
          .where('host', '=', host)
          .execute();
        const { findings, events, answer } = decide(rows.map(toFinding));
        await tx.deleteFrom('drift_findings').where('host', '=', host).execute();
        for (let at = 0; at < findings.length; at += batch)
          await tx
            .insertInto('drift_findings')
            .values(findings.slice(at, at + batch).map(rowOf))
            .execute();
        await append(tx, events);
        return answer;
      }),
    newestAudits: (host) => newestViews<DriftAudit>(connection, 'drift_audits', host),
  };
}

const rowOf = (one: DriftFinding) => ({
  host: one.host,
  fingerprint: one.fingerprint,
  service: one.service ?? '',
  kind: one.kind,
  state: one.state,
  record: JSON.stringify(one),
});
