import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import type { OutputStream, TaskResult, TaskView, taskStatusAnswer } from '../../contracts/task.ts';
import { showOutput, type ShownOutput } from '../../domain/tasks/output.ts';
import type { Store } from '../../store/index.ts';

/** A task as every reader may see it, without the path of its callback address, which is often a secret. */
export const shownTask = (view: TaskView): TaskView => ({
  ...view,
  callback_url: view.callback_url === null ? null : `${new URL(view.callback_url).origin}/…`,
});

const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);

/** `base64` holds the bytes if they are not UTF-8. */
type Shown = ShownOutput & { base64: string | null };

async function outputOf(
  store: Store,
  view: TaskView,
  attempt: number,
): Promise<Record<OutputStream, Shown>> {
  const chunks = await store.taskOutput.ofAttempt(view.spawn_id, attempt);
  const of = (stream: OutputStream): Shown => {
    const pieces = chunks.filter((chunk) => chunk.stream === stream);
    const shown = showOutput(pieces);
    if (shown.truncated) return { ...shown, base64: null };
    const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
    return { ...shown, base64: isUtf8(bytes) ? null : bytes.toString('base64') };
  };
  return { stdout: of('stdout'), stderr: of('stderr') };
}

/** A task with all its attempts and the output of the last one. */
export async function readTaskResult(store: Store, found: TaskView): Promise<TaskResult> {
  const record = await store.tasks.record(found.spawn_id);
  const view = record?.view ?? found;
  const attempts = record?.attempts ?? [];
  const { stdout, stderr } = await outputOf(store, view, attempts.at(-1)?.attempt ?? 1);
  return {
    ...shownTask(view),
    stdout: stdout.text,
    stderr: stderr.text,
    stdout_truncated: stdout.truncated,
    stderr_truncated: stderr.truncated,
    stdout_dropped_bytes: stdout.dropped,
    stderr_dropped_bytes: stderr.dropped,
    ...(stdout.base64 !== null && { stdout_base64: stdout.base64 }),
    ...(stderr.base64 !== null && { stderr_base64: stderr.base64 }),
    queued_ms: between(view.created_at, view.started_at ?? view.finished_at),
    duration_ms: between(view.started_at, view.finished_at),
    attempts,
  };
}

/** How many characters of a stream the short form shows. */
const shortened = 1000;

/** The states of the short form; `state` has the exact one. */
const shortStatus = {
  queued: 'created',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  killed: 'failed',
  cancelled: 'failed',
  lost: 'failed',
} as const satisfies Record<TaskView['state'], string>;

export async function taskStatus(
  store: Store,
  found: TaskView,
): Promise<z.infer<typeof taskStatusAnswer>> {
  const result = await readTaskResult(store, found);
  return {
    spawn_id: result.spawn_id,
    status: shortStatus[result.state],
    state: result.state,
    exit_code: result.exit_code,
    stdout: result.stdout.slice(-shortened),
    stderr: result.stderr.slice(-shortened),
    duration_ms: result.duration_ms,
    memory_peak_mb: result.peak_memory_mb,
    cause: result.cause,
    parent_id: result.parent_id,
  };
}
