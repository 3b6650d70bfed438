import type { Connection } from './connection.ts';

/** The newest view of each host, by host. */
export function newestViews<View>(
  connection: Connection,
  table: 'program_scans' | 'drift_audits',
  host?: string,
): Promise<View[]> {
  return connection.read(async (db) => {
    let hosts = db.selectFrom(table).select('host').distinct();
    if (host !== undefined) hosts = hosts.where('host', '=', host);
    const known = await hosts.orderBy('host').execute();
    const newest = await Promise.all(
      known.map((one) =>
        db
          .selectFrom(table)
          .select('view')
          .where('host', '=', one.host)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirstOrThrow(),
      ),
    );
    return newest.map(({ view }) => JSON.parse(view) as View);
  });
}
