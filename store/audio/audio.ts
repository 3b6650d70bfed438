import type { AudioReport } from '../../contracts/audio-report.ts';
import type { AudioJob } from '../../contracts/audio.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { createViewStore, type ViewStore } from '../core/view-table.ts';

/** Jobs of shubniggurath, and what they reported. */
export interface AudioStore extends ViewStore<AudioJob> {
  /** The newest ones, newest first. */
  list(filter: { host?: string | undefined; limit: number }): Promise<AudioJob[]>;
  saveReport(jobId: string, report: AudioReport): Promise<void>;
  /** Null if there is none. */
  report(jobId: string): Promise<AudioReport | null>;
}

export function createAudioStore(connection: Connection, append: AppendEvents): AudioStore {
  return {
    ...createViewStore<AudioJob>(connection, append, 'audio_jobs', ({ job_id }) => job_id),
    list: ({ host, limit }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('audio_jobs').select('view');
        if (host !== undefined) query = query.where('host', '=', host);
        const newest = query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit);
        return (await newest.execute()).map(({ view }) => JSON.parse(view) as AudioJob);
      }),
    saveReport: (job_id, report) =>
      connection.writeUnder([`audio_reports/${job_id}`], async (tx) => {
        const row = { report: JSON.stringify(report) };
        await tx
          .insertInto('audio_reports')
          .values({ job_id, ...row })
          .onConflict((conflict) => conflict.column('job_id').doUpdateSet(row))
          .execute();
      }),
    report: (job_id) =>
      connection.read(async (db) => {
        const query = db.selectFrom('audio_reports').select('report').where('job_id', '=', job_id);
        const row = await query.executeTakeFirst();
        return row === undefined ? null : (JSON.parse(row.report) as AudioReport);
      }),
  };
}
