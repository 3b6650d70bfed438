import type { Kysely } from 'kysely';
import type { TaskView } from '../../contracts/task.ts';
import type { Tables } from '../core/schema.ts';

export type FoundTask =
  { kind: 'one'; view: TaskView } | { kind: 'none' } | { kind: 'several'; ids: string[] };

export const toView = (row: { view: string }): TaskView => JSON.parse(row.view) as TaskView;

/** Finds a task by its id, its uuid, or the beginning of either: an id is the start of the uuid without its dashes. */
export async function lookUpTask(db: Kysely<Tables>, key: string): Promise<FoundTask> {
  const query = db.selectFrom('spawns').select(['id', 'view']);
  const exact = await query
    .where((eb) => eb.or([eb('id', '=', key), eb('uuid', '=', key)]))
    .executeTakeFirst();
  if (exact !== undefined) return { kind: 'one', view: toView(exact) };
  const digits = key.replace(/^spawn-/, '').replaceAll('-', '');
  const dashed = digits.replace(/^(.{8})(.{0,4})(.{0,4})(.{0,4})(.*)$/, '$1-$2-$3-$4-$5');
  const start = digits.length < 9 ? digits : dashed.replace(/-+$/, '');
  const rows = await query
    .where('uuid', '>=', start)
    .where('uuid', '<', endOfRange(start))
    .orderBy('uuid')
    .limit(5)
    .execute();
  const [first, second] = rows;
  if (first === undefined) return { kind: 'none' };
  if (second !== undefined) return { kind: 'several', ids: rows.map(({ id }) => id) };
  return { kind: 'one', view: toView(first) };
}

/** The first text after all texts with this beginning, if texts are ordered by their bytes. */
const endOfRange = (start: string): string =>
  start.slice(0, -1) + String.fromCodePoint(start.codePointAt(start.length - 1)! + 1);
