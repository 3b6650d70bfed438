import type { EndReason, TaskAttempt, TaskView } from '../../contracts/task.ts';
import type { Connection } from '../core/connection.ts';
import { toView } from './find-task.ts';
import type { Tables } from '../core/schema.ts';

export const liveStates = ['queued', 'running'] as const;

/** The most ids in one statement: databases limit its values and the depth of its conditions. */
const atOnce = 500;

/** A request to end a live task. `at` in epoch ms. */
export interface Ending {
  reason: EndReason;
  by: string;
  at: number;
}

/**
 * Orders the creation of a child and the cancellation of its parent: a child is either found and cancelled, or
 * refused.
 */
export const familyKey = 'tasks/family';

/** One attempt at a task; the first is 1. */
export interface AttemptKey {
  spawn_id: string;
  attempt: number;
}

/** Requests to end tasks, and which tasks have ended. */
export interface TaskEnds {
  /**
   * Marks tasks as ending. A cancellation includes all their descendants; any other reason concerns the tasks alone, since
   * children may run on another host.
   * @returns the ids of those that are live
   */
  requestEnd(ids: string | string[], ending: Ending): Promise<string[]>;
  /** The requests to end these tasks, by task. */
  endings(ids: string[]): Promise<Map<string, Ending>>;
  /** Which of these attempts have ended, for any reason. */
  finishedAmong(attempts: AttemptKey[]): Promise<AttemptKey[]>;
  /** Which of these tasks have ended. */
  endedAmong(ids: string[]): Promise<string[]>;
  /** Ended tasks whose callback this host still has to deliver; the one that ended first comes first. */
  pendingCallbacks(host: string, limit: number): Promise<TaskView[]>;
  /** Marks a task's callback as delivered, or as undeliverable. */
  callbackDelivered(id: string): Promise<void>;
}

export const endingOf = (row: Pick<Tables['spawns'], 'ending' | 'ending_by' | 'ending_at'>) =>
  row.ending === null
    ? null
    : { reason: row.ending as EndReason, by: row.ending_by ?? '', at: row.ending_at ?? 0 };

const keyOf = ({ spawn_id, attempt }: AttemptKey): string => `${spawn_id}/${attempt}`;

export const isLive = (state: string): boolean => (liveStates as readonly string[]).includes(state);

export function createTaskEnds(connection: Connection): TaskEnds {
  return {
    requestEnd: (asked, ending) =>
      connection.writeUnder(ending.reason === 'cancelled' ? [familyKey] : [], async (tx) => {
        const marks = { ending: ending.reason, ending_by: ending.by, ending_at: ending.at };
        const live: string[] = [];
        const seen = new Set<string>();
        for (let level = [asked].flat(); level.length > 0;) {
          await tx
            .updateTable('spawns')
            .set(marks)
            .where('id', 'in', level)
            .where('state', 'in', liveStates)
            .where('ending', 'is', null)
            .execute();
          const rows = await tx
            .selectFrom('spawns')
            .select(['id', 'state'])
            .where('id', 'in', level)
            .execute();
          for (const row of rows) seen.add(row.id);
          live.push(...rows.filter((row) => isLive(row.state)).map((row) => row.id));
          if (ending.reason !== 'cancelled') break;
          const children = await tx
            .selectFrom('spawns')
            .select('id')
            .where('parent_id', 'in', level)
            .execute();
          level = children.map((row) => row.id).filter((each) => !seen.has(each));
        }
        return live;
      }),
    endings: (ids) =>
      connection.read(async (db) => {
        if (ids.length === 0) return new Map();
        const rows = await db
          .selectFrom('spawns')
          .select(['id', 'ending', 'ending_by', 'ending_at'])
          .where('id', 'in', ids)
          .where('ending', 'is not', null)
          .execute();
        return new Map(rows.map((row) => [row.id, endingOf(row)!]));
      }),
    finishedAmong: (attempts) =>
      connection.read(async (db) => {
        const asked = new Set(attempts.map(keyOf));
        const isOver = (record: string): boolean =>
          (JSON.parse(record) as TaskAttempt).finished_at !== null;
        const over: AttemptKey[] = [];
        for (let from = 0; from < attempts.length; from += atOnce) {
          const some = attempts.slice(from, from + atOnce);
          const rows = await db
            .selectFrom('spawn_attempts')
            .select(['spawn_id', 'attempt', 'record'])
            .where(
              'spawn_id',
              'in',
              some.map(({ spawn_id }) => spawn_id),
            )
            .execute();
          for (const { record, ...one } of rows)
            if (asked.delete(keyOf(one)) && isOver(record)) over.push(one);
        }
        return over;
      }),
    endedAmong: (ids) =>
      connection.read(async (db) => {
        if (ids.length === 0) return [];
        const rows = await db
          .selectFrom('spawns')
          .select('id')
          .where('id', 'in', ids)
          .where('state', 'not in', liveStates)
          .execute();
        return rows.map((row) => row.id);
      }),
    pendingCallbacks: (host, limit) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('spawns')
          .select('view')
          .where('calls_back', '=', host)
          .where('finished_at', 'is not', null)
          .orderBy('finished_at')
          .limit(limit)
          .execute();
        return rows.map(toView);
      }),
    callbackDelivered: (id) =>
      connection.writeUnder([], async (tx) => {
        await tx.updateTable('spawns').set({ calls_back: null }).where('id', '=', id).execute();
      }),
  };
}
