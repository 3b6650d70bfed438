import type { Transaction } from 'kysely';
import type { OutputStream, TaskState } from '../../contracts/task.ts';
import type { Connection } from '../core/connection.ts';
import type { Tables } from '../core/schema.ts';

/** One piece of an attempt's output. `at` in epoch ms; `start` is its offset in the stream in bytes. */
export interface OutputChunk {
  attempt: number;
  seq: number;
  stream: OutputStream;
  at: number;
  start: number;
  bytes: Uint8Array;
}

/** New output of an attempt, and the sequence numbers of older pieces to drop for it. */
export interface OutputChange {
  attempt: number;
  add: OutputChunk[];
  drop: number[];
}

/** The progress of a task: its state, and the attempt and sequence number of its newest output; 0 without output. */
export interface TaskProgress {
  state: TaskState;
  attempt: number;
  seq: number;
}

/** The output of tasks. */
export interface TaskOutputStore {
  append(taskId: string, change: OutputChange): Promise<void>;
  /** Pieces after this place, in order. Sequence numbers start at 1 in each attempt. */
  after(
    taskId: string,
    place: { attempt: number; seq: number },
    limit: number,
  ): Promise<OutputChunk[]>;
  /** The progress of each of these tasks, in one query. */
  progress(taskIds: readonly string[]): Promise<Map<string, TaskProgress>>;
  /** All stored output of one attempt. */
  ofAttempt(taskId: string, attempt: number): Promise<OutputChunk[]>;
}

/** The most rows in one statement: databases limit the number of its values. */
const atOnce = 500;

/** Writes output and drops older pieces. Safe to repeat: pieces that are already written stay as they are. */
export async function writeOutput(
  tx: Transaction<Tables>,
  taskId: string,
  { attempt, add, drop }: OutputChange,
): Promise<void> {
  for (let from = 0; from < add.length; from += atOnce) {
    const rows = add.slice(from, from + atOnce).map((chunk) => ({ spawn_id: taskId, ...chunk }));
    await tx
      .insertInto('spawn_output')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  for (let from = 0; from < drop.length; from += atOnce) {
    await tx
      .deleteFrom('spawn_output')
      .where('spawn_id', '=', taskId)
      .where('attempt', '=', attempt)
      .where('seq', 'in', drop.slice(from, from + atOnce))
      .execute();
  }
}

const columns = ['attempt', 'seq', 'stream', 'at', 'start', 'bytes'] as const;
const toChunk = (row: Omit<Tables['spawn_output'], 'spawn_id'>): OutputChunk => ({
  ...row,
  stream: row.stream as OutputStream,
});

export function createTaskOutputStore(connection: Connection): TaskOutputStore {
  return {
    append: (taskId, change) => connection.writeUnder([], (tx) => writeOutput(tx, taskId, change)),
    after: (taskId, { attempt, seq }, limit) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('spawn_output')
          .select(columns)
          .where('spawn_id', '=', taskId)
          .where((eb) =>
            eb.or([
              eb('attempt', '>', attempt),
              eb.and([eb('attempt', '=', attempt), eb('seq', '>', seq)]),
            ]),
          )
          .orderBy('attempt')
          .orderBy('seq')
          .limit(limit)
          .execute();
        return rows.map(toChunk);
      }),
    progress: (spawnIds) =>
      connection.read(async (db) => {
        if (spawnIds.length === 0) return new Map();
        const rows = await db
          .selectFrom('spawns')
          .select((eb) => {
            const newest = eb
              .selectFrom('spawn_output')
              .whereRef('spawn_output.spawn_id', '=', 'spawns.id')
              .orderBy('attempt', 'desc')
              .orderBy('seq', 'desc')
              .limit(1);
            return [
              'id',
              'state',
              newest.select('attempt').as('attempt'),
              newest.select('seq').as('seq'),
            ];
          })
          .where('id', 'in', spawnIds)
          .execute();
        return new Map(
          rows.map(({ id, state, attempt, seq }) => [
            id,
            { state: state as TaskState, attempt: attempt ?? 0, seq: seq ?? 0 },
          ]),
        );
      }),
    ofAttempt: (taskId, attempt) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('spawn_output')
          .select(columns)
          .where('spawn_id', '=', taskId)
          .where('attempt', '=', attempt)
          .orderBy('seq')
          .execute();
        return rows.map(toChunk);
      }),
  };
}
