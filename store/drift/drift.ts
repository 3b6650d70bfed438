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
  /** What a host remembers, by subject. */
  baselines(host: string): Promise<Map<string, unknown>>;
  /** Remembers these subjects; null forgets one. @param at epoch ms */
  remember(host: string, subjects: ReadonlyMap<string, unknown>, at: number): Promise<void>;
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
    baselines: (host) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('drift_baselines')
          .select(['subject', 'record'])
          .where('host', '=', host)
          .execute();
        return new Map(rows.map(({ subject, record }) => [subject, JSON.parse(record) as unknown]));
      }),
    remember: (host, subjects, at) =>
      connection.writeUnder([`drift/${host}`], async (tx) => {
        for (const [subject, value] of subjects) {
          const one = { host, subject, record: JSON.stringify(value), at };
          if (value === null)
            await tx
              .deleteFrom('drift_baselines')
              .where('host', '=', host)
              .where('subject', '=', subject)
              .execute();
          else
            await tx
              .insertInto('drift_baselines')
              .values(one)
              .onConflict((conflict) =>
                conflict.columns(['host', 'subject']).doUpdateSet({ record: one.record, at }),
              )
              .execute();
        }
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
