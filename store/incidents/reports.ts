import type { NewEvent } from '../../contracts/event.ts';
import type { Report, ReportKind } from '../../contracts/report.ts';
import { isoTime } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import type { Tables } from '../core/schema.ts';

/** A report before it is stored. `at` in epoch ms. */
export type NewReport = Omit<Report, 'at'> & { at: number };

/** Reports to madre: the first one for each kind and subject is kept. */
export interface ReportStore {
  /**
   * Adds a report. madre's own report of a task replaces one from another source, whose event stays in the log.
   * @returns the stored report: an earlier one if there is one already
   */
  add(report: NewReport, events: NewEvent[]): Promise<{ report: Report; added: boolean }>;
  find(kind: ReportKind, subject: string): Promise<Report | null>;
  /** Newest first. */
  list(filter: { kind?: ReportKind; limit: number }): Promise<Report[]>;
}

const toReport = ({ report_json, at, kind, ...row }: Tables['reports']): Report => ({
  ...row,
  at: isoTime(at),
  kind: kind as ReportKind,
  report: JSON.parse(report_json) as unknown,
});

/** Whether a report is madre's own: only madre knows the step. */
const isMadres = (report: unknown): boolean =>
  typeof report === 'object' && report !== null && 'plan_id' in report && 'step_id' in report;

export function createReportStore(connection: Connection, append: AppendEvents): ReportStore {
  return {
    add: (report, events) =>
      connection.write(async (tx) => {
        const known = await tx
          .selectFrom('reports')
          .selectAll()
          .where('kind', '=', report.kind)
          .where('subject', '=', report.subject)
          .executeTakeFirst();
        if (known !== undefined) {
          const kept = toReport(known);
          if (report.kind !== 'spawn' || isMadres(kept.report) || !isMadres(report.report)) {
            return { report: kept, added: false };
          }
          await tx.deleteFrom('reports').where('report_id', '=', kept.report_id).execute();
        }
        const { report: body, ...rest } = report;
        const row = { ...rest, report_json: JSON.stringify(body) };
        await tx.insertInto('reports').values(row).execute();
        await append(tx, events);
        return { report: toReport(row), added: true };
      }),
    find: (kind, subject) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('reports')
          .selectAll()
          .where('kind', '=', kind)
          .where('subject', '=', subject)
          .executeTakeFirst();
        return row === undefined ? null : toReport(row);
      }),
    list: ({ kind, limit }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('reports').selectAll();
        if (kind !== undefined) query = query.where('kind', '=', kind);
        const newest = query.orderBy('at', 'desc').orderBy('report_id', 'desc').limit(limit);
        return (await newest.execute()).map(toReport);
      }),
  };
}
