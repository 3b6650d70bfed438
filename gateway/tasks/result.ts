import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import type {
  OutputStream,
  SpawnResult,
  SpawnView,
  spawnStatusAnswer,
} from '../../contracts/spawn.ts';
import { showOutput, type ShownOutput } from '../../domain/tasks/output.ts';
import type { Store } from '../../store/index.ts';

/** A task as every reader may see it: the path of an address to call back is often a secret. */
export const shownSpawn = (view: SpawnView): SpawnView => ({
  ...view,
  callback_url: view.callback_url === null ? null : `${new URL(view.callback_url).origin}/…`,
});

const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : Date.parse(to) - Date.parse(from);

/** With its bytes, where text cannot tell them. */
type Shown = ShownOutput & { base64: string | null };

async function outputOf(
  store: Store,
  view: SpawnView,
  attempt: number,
): Promise<Record<OutputStream, Shown>> {
  const chunks = await store.spawnOutput.ofAttempt(view.spawn_id, attempt);
  const of = (stream: OutputStream): Shown => {
    const pieces = chunks.filter((chunk) => chunk.stream === stream);
    const shown = showOutput(pieces);
    if (shown.truncated) return { ...shown, base64: null };
    const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
    return { ...shown, base64: isUtf8(bytes) ? null : bytes.toString('base64') };
  };
  return { stdout: of('stdout'), stderr: of('stderr') };
}

/** A task with all its attempts, and what its last one said. */
export async function spawnResult(store: Store, found: SpawnView): Promise<SpawnResult> {
  const record = await store.spawns.record(found.spawn_id);
  const view = record?.view ?? found;
  const attempts = record?.attempts ?? [];
  const { stdout, stderr } = await outputOf(store, view, attempts.at(-1)?.attempt ?? 1);
  return {
    ...shownSpawn(view),
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

/** How much of a stream the short form shows, in characters. */
const shortened = 1000;

/** The words of POST /spawn's own states; what they cannot say is in `state`. */
const shortStatus = {
  queued: 'created',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  killed: 'failed',
  cancelled: 'failed',
  lost: 'failed',
} as const satisfies Record<SpawnView['state'], string>;

export async function spawnStatus(
  store: Store,
  found: SpawnView,
): Promise<z.infer<typeof spawnStatusAnswer>> {
  const result = await spawnResult(store, found);
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
