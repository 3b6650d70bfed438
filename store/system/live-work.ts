import { sql, type RawBuilder } from 'kysely';
import type { Connection } from '../core/connection.ts';
import { endedStates } from '../plans/plans.ts';
import { liveStates as liveTasks } from '../tasks/task-ends.ts';
import { liveStates as liveWindows } from '../windows/windows.ts';

/** Something that Temporal is needed for. */
export interface LiveWork {
  /** Such as `window` or `schedule`. */
  kind: string;
  /** Its id, or its name. */
  id: string;
}

export interface LiveWorkStore {
  /** Anything that has begun and has not ended, or is due at some time; null if there is nothing. */
  first(): Promise<LiveWork | null>;
}

/** The kinds that have one table with an instant of their end each. */
const finishing = {
  check_run: 'check_runs',
  repair: 'repairs',
  scan: 'program_scans',
  pull: 'model_pulls',
  audit: 'drift_audits',
  audio_job: 'audio_jobs',
  audio_batch: 'audio_batches',
} as const;

const one = (
  kind: string,
  column: string | RawBuilder<unknown>,
  table: string,
  condition: RawBuilder<unknown>,
) =>
  sql`(select ${typeof column === 'string' ? sql.ref(column) : column} from ${sql.table(table)} where ${condition} limit 1) as ${sql.ref(kind)}`;

const looks = [
  one('window', 'id', 'windows', sql`state in (${sql.join(liveWindows)})`),
  one('lease', 'service', 'leases', sql`1 = 1`),
  one('task', 'id', 'spawns', sql`state in (${sql.join(liveTasks)}) or calls_back is not null`),
  one('plan', 'id', 'plans', sql`status not in (${sql.join(endedStates)})`),
  ...Object.entries(finishing).map(([kind, table]) =>
    one(kind, 'id', table, sql`finished_at is null`),
  ),
  one('schedule', 'name', 'check_schedules', sql`paused = 0`),
  one('window_schedule', 'name', 'window_schedules', sql`paused = 0`),
  one('autonomy', sql`coalesce(host, '')`, 'autonomy', sql`running = 1`),
];

export function createLiveWorkStore(connection: Connection): LiveWorkStore {
  return {
    first: () =>
      connection.read(async (db) => {
        const query = sql<Record<string, string | null>>`select ${sql.join(looks)}`;
        const [row = {}] = (await query.execute(db)).rows;
        const found = Object.entries(row).find(([, id]) => id !== null);
        return found === undefined ? null : { kind: found[0], id: found[1]! };
      }),
  };
}
