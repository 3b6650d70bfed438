import { isUtf8 } from 'node:buffer';
import { VX11Error } from '../../contracts/errors.ts';
import type { LogChunk, OutputStream } from '../../contracts/spawn.ts';
import type { OutputChunk } from '../../store/tasks/task-output.ts';

/** One event of a log stream. */
export interface LogEvent {
  id: string;
  event: OutputStream | 'gap';
  data: LogChunk | { attempt: number; stream: OutputStream; bytes: number };
}

/** Where a reader goes on: the pieces after this one, and of each stream the bytes that were not shown yet. */
export interface LogPlace {
  attempt: number;
  seq: number;
  /** Null where an id does not tell it. */
  shown: Record<OutputStream, number | null>;
}

/** Attempt, number of a piece in it, and how many bytes of stdout and stderr were shown; the latter may be missing. */
const placeForm = /^(\d{1,4})\.(\d{1,9})(?:\.(\d{1,15})\.(\d{1,15}))?$/;

/** Throws `bad_event_id`. */
export function logPlaceOf(id: string | undefined): LogPlace {
  if (id === undefined) return { attempt: 0, seq: 0, shown: { stdout: 0, stderr: 0 } };
  const match = placeForm.exec(id);
  if (match === null) {
    throw new VX11Error('bad_event_id', 'An id of this stream is attempt.number.stdout.stderr.');
  }
  const [attempt, seq] = [Number(match[1]), Number(match[2])];
  const shown = (text: string | undefined) => (text === undefined ? null : Number(text));
  return { attempt, seq, shown: { stdout: shown(match[3]), stderr: shown(match[4]) } };
}

/** What was shown of one stream of an attempt. */
interface Book {
  /** How many of its bytes; null until its first piece where that is not known. */
  shown: number | null;
  /** The beginning of a character that is not whole yet, and the piece in which it begins. */
  tail: Uint8Array;
  tailSeq: number;
}

const none = new Uint8Array();
const newBook = (shown: number | null): Book => ({ shown, tail: none, tailSeq: 0 });

/** Text of a task's output, piece by piece. */
export interface LogText {
  events(chunk: OutputChunk): LogEvent[];
  /** What is left when nothing more comes: the beginning of a character that has no end. */
  end(): LogEvent[];
}

/**
 * Makes text of pieces that may end in the middle of a character, and tells where pieces are missing. A reader that
 * comes back with the id of any event gets what followed it, neither more nor less: where a character is not whole the
 * id names the piece before the one in which it begins.
 */
export function createLogText(from: LogPlace): LogText {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let { attempt, seq: lastSeq } = from;
  let lastAt = 0;
  let books = { stdout: newBook(from.shown.stdout), stderr: newBook(from.shown.stderr) };
  const idAfter = (seq: number): string => {
    const { stdout, stderr } = books;
    // a stream of which nothing is known may have been shown before: its place stays unknown
    if (stdout.shown === null || stderr.shown === null) return `${attempt}.${seq}`;
    const whole = [stdout, stderr].map(({ tail, tailSeq }) =>
      tail.length > 0 ? tailSeq - 1 : seq,
    );
    return `${attempt}.${Math.min(seq, ...whole)}.${stdout.shown}.${stderr.shown}`;
  };
  const said = (stream: OutputStream, at: number, bytes: Uint8Array): LogEvent['data'] => ({
    attempt,
    stream,
    at: new Date(at).toISOString(),
    text: decoder.decode(bytes),
    ...(!isUtf8(bytes) && { base64: Buffer.from(bytes).toString('base64') }),
  });
  const end = (): LogEvent[] =>
    (['stdout', 'stderr'] as const).flatMap((stream) => {
      const book = books[stream];
      const { tail } = book;
      if (tail.length === 0) return [];
      book.shown! += tail.length;
      book.tail = none;
      return [{ id: idAfter(lastSeq), event: stream, data: said(stream, lastAt, tail) }];
    });
  return {
    end,
    events({ attempt: of, seq, stream, at, start, bytes }) {
      const events: LogEvent[] = [];
      if (of !== attempt) {
        events.push(...end());
        attempt = of;
        books = { stdout: newBook(0), stderr: newBook(0) };
      }
      [lastSeq, lastAt] = [seq, at];
      const book = books[stream];
      book.shown ??= start;
      const taken = book.shown + book.tail.length;
      if (start + bytes.length <= taken) return events;
      if (start > taken) {
        const missing = start - book.shown;
        Object.assign(book, newBook(start));
        const data = { attempt, stream, bytes: missing };
        events.push({ id: idAfter(seq - 1), event: 'gap', data });
      }
      const fresh = bytes.subarray(Math.max(0, taken - start));
      const known = Buffer.concat([book.tail, fresh]);
      const open = unfinished(known);
      if (open <= fresh.length) book.tailSeq = seq;
      book.tail = known.subarray(known.length - open);
      book.shown += known.length - open;
      const whole = known.subarray(0, known.length - open);
      if (whole.length > 0)
        events.push({ id: idAfter(seq), event: stream, data: said(stream, at, whole) });
      return events;
    },
  };
}

/** How many bytes at the end begin a character of UTF-8 and do not end it. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
