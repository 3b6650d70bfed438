import type { Logger } from 'pino';
import type { OutputStream } from '../../contracts/task.ts';
import { chunkBytes, droppable, keptOfStream } from '../../domain/tasks/output.ts';
import type { Store } from '../../store/index.ts';
import type { OutputChange, OutputChunk } from '../../store/tasks/task-output.ts';

/** Output is batched for this long before it is written; a short task's is written with its result. */
const batchMs = 20;
/** A task with more unwritten output than this waits for the store. */
const unwrittenBytes = 512 * 1024;
/** Beyond this many unwritten pieces a stream appends to its last one: the order between streams is lost, no byte is. */
const manyPieces = 64;

/** Writes an attempt's output to the store as it arrives, and keeps its beginning and its end. */
export interface OutputRecorder {
  /** Await the promise: it slows down a task that is faster than the store. */
  push(stream: OutputStream, bytes: Uint8Array, at: number): void | Promise<void>;
  /** Stops writing. @returns the output that is not written yet */
  finish(): Promise<OutputChange>;
}

interface StreamBook {
  position: number;
  /** The kept pieces, in order, with their sizes in bytes. */
  pieces: { seq: number; size: number }[];
  kept: number;
}

export function createOutputRecorder(
  deps: { store: Pick<Store, 'taskOutput'>; log: Logger },
  taskId: string,
  attempt: number,
): OutputRecorder {
  const books: Record<OutputStream, StreamBook> = {
    stdout: { position: 0, pieces: [], kept: 0 },
    stderr: { position: 0, pieces: [], kept: 0 },
  };
  let pending: OutputChunk[] = [];
  let pendingBytes = 0;
  /** The first pieces of `pending` whose write failed, so it is unknown if they are stored: they must not change. */
  let tried = 0;
  let drops: number[] = [];
  let last = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | null = null;

  const add = (stream: OutputStream, bytes: Uint8Array, at: number): void => {
    const book = books[stream];
    const fresh = pending.slice(tried);
    const before =
      fresh.length < manyPieces ? fresh.at(-1) : fresh.findLast((chunk) => chunk.stream === stream);
    if (before?.stream === stream && before.bytes.length + bytes.length <= chunkBytes) {
      before.bytes = Buffer.concat([before.bytes, bytes]);
      book.pieces.at(-1)!.size += bytes.length;
    } else {
      const seq = (last += 1);
      // a copy: the bytes may be a view of a buffer that is reused
      pending.push({ attempt, seq, stream, at, start: book.position, bytes: Buffer.from(bytes) });
      book.pieces.push({ seq, size: bytes.length });
    }
    book.position += bytes.length;
    book.kept += bytes.length;
    pendingBytes += bytes.length;
  };
  /** Drops pieces that belong neither to the beginning nor to the end, written or not. */
  const trim = (): void => {
    for (const book of Object.values(books)) {
      if (book.kept <= keptOfStream.whole) continue;
      const free = new Set(droppable(book.pieces));
      book.pieces = book.pieces.filter(({ seq }) => !free.has(seq));
      book.kept = book.pieces.reduce((sum, { size }) => sum + size, 0);
      const unwritten = new Set(pending.slice(tried).map(({ seq }) => seq));
      tried = pending.slice(0, tried).filter(({ seq }) => !free.has(seq)).length;
      pending = pending.filter(({ seq }) => !free.has(seq));
      drops = [...drops, ...[...free].filter((seq) => !unwritten.has(seq))];
    }
  };
  const take = (): OutputChange => {
    trim();
    const change = { attempt, add: pending, drop: drops };
    pending = [];
    pendingBytes = 0;
    tried = 0;
    drops = [];
    return change;
  };
  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing ??= (async () => {
      const change = take();
      try {
        if (change.add.length > 0 || change.drop.length > 0)
          await deps.store.taskOutput.append(taskId, change);
      } catch (error) {
        deps.log.warn({ err: error, spawn_id: taskId }, 'could not write output; retrying');
        pending = [...change.add, ...pending];
        tried = change.add.length;
        drops = [...change.drop, ...drops];
      } finally {
        writing = null;
      }
      if (pending.length > 0) timer ??= setTimeout(() => void write(), batchMs);
    })();
    return writing;
  };
  return {
    push(stream, bytes, at) {
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        add(stream, bytes.subarray(from, from + chunkBytes), at);
      }
      if (pendingBytes > unwrittenBytes) return write();
      if (writing === null) timer ??= setTimeout(() => void write(), batchMs);
      return undefined;
    },
    async finish() {
      clearTimeout(timer);
      if (writing !== null) await writing;
      clearTimeout(timer); // a failed write has scheduled a retry
      return take();
    },
  };
}
