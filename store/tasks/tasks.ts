import type { Kysely, Transaction } from 'kysely';
import type { NewEvent } from '../../contracts/event.ts';
import type { Who } from '../../contracts/principal.ts';
import type { TaskAttempt, TaskSpec, TaskState, TaskView } from '../../contracts/task.ts';
import type { Connection } from '../core/connection.ts';
import type { AppendEvents } from '../core/events.ts';
import { lookUpTask, toView, type FoundTask } from './find-task.ts';
import {
  createTaskEnds,
  endingOf,
  familyKey,
  isLive,
  liveStates,
  type Ending,
  type TaskEnds,
} from './task-ends.ts';
import { writeOutput, type OutputChange } from './task-output.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import type { Tables } from '../core/schema.ts';

/** A task with everything that a decision about it needs. */
export interface TaskRecord {
  view: TaskView;
  ending: Ending | null;
  /** Null once it has ended. */
  spec: TaskSpec | null;
  /** In order. */
  attempts: TaskAttempt[];
}

/** A change of a task, written in one transaction. */
export interface TaskChange {
  view: TaskView;
  attempt?: TaskAttempt;
  output?: OutputChange;
  events: NewEvent[];
}

export type Created =
  | { kind: 'created'; view: TaskView }
  | { kind: 'known'; view: TaskView }
  | { kind: 'no_parent' }
  | { kind: 'parent_ends' };

/** Tasks: their specifications, their attempts and how they ended. */
export interface TaskStore extends TaskEnds {
  /**
   * Writes a new task, or returns the known one with this id. A child needs a parent that is not ending or cancelled.
   */
  create(
    view: TaskView,
    spec: TaskSpec,
    events: NewEvent[],
    ownerId?: string | null,
  ): Promise<Created>;
  find(id: string): Promise<TaskView | null>;
  /** The owner of a task; null if there is no such task. */
  ownerOf(id: string): Promise<Who | null>;
  /** By its id, its uuid, or the beginning of either. */
  lookUp(key: string): Promise<FoundTask>;
  record(id: string): Promise<TaskRecord | null>;
  /**
   * Reads, decides and writes in one transaction; `decide` returns null for no change.
   * @returns the task afterwards; null if there is none
   */
  change(
    id: string,
    decide: (record: TaskRecord) => TaskChange | null,
  ): Promise<{ record: TaskRecord; changed: boolean } | null>;
  /** Queued and running tasks, oldest first. */
  live(): Promise<{ view: TaskView; ending: Ending | null }[]>;
  /** Newest first. `cursor` is the `next_cursor` of the previous page. */
  list(filter: TaskFilter): Promise<{ spawns: TaskView[]; next_cursor: string | null }>;
  /** Removes at most `limit` tasks that ended before this instant (epoch ms). @returns how many */
  forget(before: number, limit: number): Promise<number>;
  /** Which of these tasks are known. */
  knownAmong(ids: readonly string[]): Promise<string[]>;
}

export interface TaskFilter {
  state?: TaskState;
  parent_id?: string;
  user_id?: string;
  limit: number;
  cursor?: string;
}

/** The form of a cursor of `list`. */
export const taskCursorPattern = cursorPatternOf('spawn');

const taskKey = (id: string): string => `task/${id}`;

const columnsOf = (view: TaskView) => ({
  state: view.state,
  finished_at: view.finished_at === null ? null : Date.parse(view.finished_at),
  view: JSON.stringify(view),
});

export function createTaskStore(connection: Connection, append: AppendEvents): TaskStore {
  return {
    ...createTaskEnds(connection),
    create: (view, spec, events, ownerId = null) =>
      connection.writeUnder(
        [taskKey(view.spawn_id), ...(view.parent_id === null ? [] : [familyKey])],
        async (tx): Promise<Created> => {
          const known = await rowOf(tx, view.spawn_id);
          if (known !== undefined) return { kind: 'known', view: toView(known) };
          if (view.parent_id !== null) {
            const parent = await rowOf(tx, view.parent_id);
            if (parent === undefined) return { kind: 'no_parent' };
            if (parent.ending !== null || parent.state === 'cancelled')
              return { kind: 'parent_ends' };
          }
          await tx
            .insertInto('spawns')
            .values({
              id: view.spawn_id,
              uuid: view.spawn_uuid,
              parent_id: view.parent_id,
              user_id: view.user_id,
              created_at: Date.parse(view.created_at),
              expires_at: Date.parse(view.expires_at),
              calls_back: view.callback_url === null ? null : view.host,
              owner_id: ownerId,
              ...columnsOf(view),
              spec: JSON.stringify(spec),
            })
            .execute();
          await append(tx, events);
          return { kind: 'created', view };
        },
      ),
    find: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('spawns')
          .select('view')
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : toView(row);
      }),
    ownerOf: (id) =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('spawns')
          .select(['view', 'owner_id'])
          .where('id', '=', id)
          .executeTakeFirst();
        return row === undefined ? null : { name: toView(row).owner, principal: row.owner_id };
      }),
    lookUp: (key) => connection.read((db) => lookUpTask(db, key)),
    record: (id) => connection.read((db) => recordOf(db, id)),
    change: (id, decide) =>
      connection.writeUnder([taskKey(id)], async (tx) => {
        const record = await recordOf(tx, id);
        if (record === null) return null;
        const change = decide(record);
        if (change === null) return { record, changed: false };
        const { view, attempt, output } = change;
        const over = isLive(view.state) ? {} : { spec: null, ending: null };
        await tx
          .updateTable('spawns')
          .set({ ...columnsOf(view), ...over })
          .where('id', '=', id)
          .execute();
        if (attempt !== undefined) {
          const row = { spawn_id: id, attempt: attempt.attempt, record: JSON.stringify(attempt) };
          await tx
            .insertInto('spawn_attempts')
            .values(row)
            .onConflict((conflict) => conflict.columns(['spawn_id', 'attempt']).doUpdateSet(row))
            .execute();
        }
        if (output !== undefined) await writeOutput(tx, id, output);
        await append(tx, change.events);
        const others = record.attempts.filter((one) => one.attempt !== attempt?.attempt);
        const attempts = attempt === undefined ? others : [...others, attempt];
        return { record: { ...record, view, attempts }, changed: true };
      }),
    live: () =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('spawns')
          .select(['view', 'ending', 'ending_by', 'ending_at'])
          .where('state', 'in', liveStates)
          .orderBy('created_at')
          .execute();
        return rows.map((row) => ({ view: toView(row), ending: endingOf(row) }));
      }),
    list: ({ state, parent_id, user_id, limit, cursor }) =>
      connection.read(async (db) => {
        let query = db.selectFrom('spawns').select(['view', 'created_at', 'id']);
        if (state !== undefined) query = query.where('state', '=', state);
        if (parent_id !== undefined) query = query.where('parent_id', '=', parent_id);
        if (user_id !== undefined) query = query.where('user_id', '=', user_id);
        const { shown, next_cursor } = await newestPage(query, 'created_at', { limit, cursor });
        return { spawns: shown.map(toView), next_cursor };
      }),
    forget: (before, limit) =>
      connection.writeUnder([], async (tx) => {
        const rows = await tx
          .selectFrom('spawns')
          .select('id')
          .where('finished_at', '<', before)
          .limit(limit)
          .execute();
        const ids = rows.map((row) => row.id);
        if (ids.length === 0) return 0;
        await tx.deleteFrom('spawn_output').where('spawn_id', 'in', ids).execute();
        await tx.deleteFrom('spawn_attempts').where('spawn_id', 'in', ids).execute();
        await tx.deleteFrom('spawns').where('id', 'in', ids).execute();
        return ids.length;
      }),
    knownAmong: (ids) =>
      connection.read(async (db) => {
        const rows = await db.selectFrom('spawns').select('id').where('id', 'in', ids).execute();
        return rows.map(({ id }) => id);
      }),
  };
}

const rowOf = (tx: Transaction<Tables>, id: string) =>
  tx.selectFrom('spawns').selectAll().where('id', '=', id).executeTakeFirst();

async function recordOf(
  db: Kysely<Tables> | Transaction<Tables>,
  id: string,
): Promise<TaskRecord | null> {
  const row = await db.selectFrom('spawns').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const attempts = await db
    .selectFrom('spawn_attempts')
    .select('record')
    .where('spawn_id', '=', id)
    .orderBy('attempt')
    .execute();
  return {
    view: toView(row),
    ending: endingOf(row),
    spec: row.spec === null ? null : (JSON.parse(row.spec) as TaskSpec),
    attempts: attempts.map(({ record }) => JSON.parse(record) as TaskAttempt),
  };
}
