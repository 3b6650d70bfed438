import type { Logger } from 'pino';
import type { OutputStream } from '../../contracts/spawn.ts';
import { chunkBytes, droppable, keptOfStream } from '../../domain/tasks/output.ts';
import type { Store } from '../../store/index.ts';
import type { OutputChange, OutputChunk } from '../../store/tasks/task-output.ts';

/** How long output waits to be written together; a short task's goes with its result. */
const batchMs = 20;
/** A task that says more than this between two writes waits for the store. */
const patientBytes = 512 * 1024;
/** Beyond as many unwritten pieces, what a stream says is put to its last one: which stream spoke first is lost, no byte is. */
const manyPieces = 64;

/** Writes what an attempt says into the store as it comes, and keeps its beginning and its end. */
export interface OutputRecorder {
  /** The promise is to be waited for: it holds back a task that is faster than the store. */
  push(stream: OutputStream, bytes: Uint8Array, at: number): void | Promise<void>;
  /** Stops writing, and gives what is not written yet. */
  finish(): Promise<OutputChange>;
}

interface StreamBook {
  position: number;
  /** Kept pieces, in order, and how much they hold in bytes. */
  pieces: { seq: number; size: number }[];
  kept: number;
}

export function createOutputRecorder(
  deps: { store: Pick<Store, 'spawnOutput'>; log: Logger },
  spawnId: string,
  attempt: number,
): OutputRecorder {
  const books: Record<OutputStream, StreamBook> = {
    stdout: { position: 0, pieces: [], kept: 0 },
    stderr: { position: 0, pieces: [], kept: 0 },
  };
  let pending: OutputChunk[] = [];
  let pendingBytes = 0;
  /** So many of the pending may be written for all that is known, and are to be written as they are. */
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
      // a copy: the bytes may be a view of a buffer that is used again
      pending.push({ attempt, seq, stream, at, start: book.position, bytes: Buffer.from(bytes) });
      book.pieces.push({ seq, size: bytes.length });
    }
    book.position += bytes.length;
    book.kept += bytes.length;
    pendingBytes += bytes.length;
  };
  /** Lets go of what is neither beginning nor end any more, written or not. */
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
          await deps.store.spawnOutput.append(spawnId, change);
      } catch (error) {
        deps.log.warn({ err: error, spawn_id: spawnId }, 'output waits for the store');
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
      if (pendingBytes > patientBytes) return write();
      if (writing === null) timer ??= setTimeout(() => void write(), batchMs);
      return undefined;
    },
    async finish() {
      clearTimeout(timer);
      if (writing !== null) await writing;
      clearTimeout(timer); // what could not be written would be tried again
      return take();
    },
  };
}
