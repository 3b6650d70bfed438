import type { NewEvent } from '../contracts/event.ts';
import type { Connection } from './connection.ts';
import type { AppendEvents } from './events.ts';
import type { Tables } from './schema.ts';

export type Report = Omit<Tables['reports'], 'report_json'> & { report: unknown };

/** What others reported to madre about a subject: one report a kind and subject, the first one. */
export interface ReportStore {
  /** @returns the report that is kept, which is not this one where there was one already */
  add(report: Report, events: NewEvent[]): Promise<{ report: Report; added: boolean }>;
  find(kind: string, subject: string): Promise<Report | null>;
}

const toReport = ({ report_json, ...row }: Tables['reports']): Report => ({
  ...row,
  report: JSON.parse(report_json) as unknown,
});

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
        if (known !== undefined) return { report: toReport(known), added: false };
        const { report: body, ...row } = report;
        await tx
          .insertInto('reports')
          .values({ ...row, report_json: JSON.stringify(body) })
          .execute();
        await append(tx, events);
        return { report, added: true };
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
  };
}
