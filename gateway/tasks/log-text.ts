import { isUtf8 } from 'node:buffer';
import { VX11Error } from '../../contracts/errors.ts';
import type { LogChunk, OutputStream } from '../../contracts/task.ts';
import type { OutputChunk } from '../../store/tasks/task-output.ts';

/** One event of a log stream. */
export interface LogEvent {
  id: string;
  event: OutputStream | 'gap';
  data: LogChunk | { attempt: number; stream: OutputStream; bytes: number };
}

/** Where a reader continues: with the pieces after this one, and after the bytes of each stream that were already shown. */
export interface LogPlace {
  attempt: number;
  seq: number;
  /** Bytes shown of each stream; null if the id does not contain it. */
  shown: Record<OutputStream, number | null>;
}

/** Attempt, number of a piece in it, and how many bytes of stdout and stderr were shown; the last two are optional. */
const placeForm = /^(\d{1,4})\.(\d{1,9})(?:\.(\d{1,15})\.(\d{1,15}))?$/;

/** Parses the id of an event. Throws `bad_event_id`. */
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

/** What a reader was shown of one stream of an attempt. */
interface StreamState {
  /** Number of bytes; null if unknown until the first piece. */
  shown: number | null;
  /** The first bytes of an incomplete character, and the piece in which it begins. */
  tail: Uint8Array;
  tailSeq: number;
}

const none = new Uint8Array();
const newState = (shown: number | null): StreamState => ({ shown, tail: none, tailSeq: 0 });

/** Converts a task's output to text, piece by piece. */
export interface LogText {
  events(chunk: OutputChunk): LogEvent[];
  /** The rest at the end of the output: the first bytes of a character that was never completed. */
  end(): LogEvent[];
}

/**
 * Converts pieces that may end in the middle of a character to text, and reports missing bytes as gaps. A reader that
 * resumes with the id of an event gets exactly what followed it: if a character is incomplete, the id names the piece
 * before the one in which the character begins.
 */
export function createLogText(from: LogPlace): LogText {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let { attempt, seq: lastSeq } = from;
  let lastAt = 0;
  let states = { stdout: newState(from.shown.stdout), stderr: newState(from.shown.stderr) };
  const idAfter = (seq: number): string => {
    const { stdout, stderr } = states;
    // an unknown stream may have been shown before: its position stays unknown
    if (stdout.shown === null || stderr.shown === null) return `${attempt}.${seq}`;
    const whole = [stdout, stderr].map(({ tail, tailSeq }) =>
      tail.length > 0 ? tailSeq - 1 : seq,
    );
    return `${attempt}.${Math.min(seq, ...whole)}.${stdout.shown}.${stderr.shown}`;
  };
  const dataOf = (stream: OutputStream, at: number, bytes: Uint8Array): LogEvent['data'] => ({
    attempt,
    stream,
    at: new Date(at).toISOString(),
    text: decoder.decode(bytes),
    ...(!isUtf8(bytes) && { base64: Buffer.from(bytes).toString('base64') }),
  });
  const end = (): LogEvent[] =>
    (['stdout', 'stderr'] as const).flatMap((stream) => {
      const state = states[stream];
      const { tail } = state;
      if (tail.length === 0) return [];
      state.shown! += tail.length;
      state.tail = none;
      return [{ id: idAfter(lastSeq), event: stream, data: dataOf(stream, lastAt, tail) }];
    });
  return {
    end,
    events({ attempt: of, seq, stream, at, start, bytes }) {
      const events: LogEvent[] = [];
      if (of !== attempt) {
        events.push(...end());
        attempt = of;
        states = { stdout: newState(0), stderr: newState(0) };
      }
      [lastSeq, lastAt] = [seq, at];
      const state = states[stream];
      state.shown ??= start;
      const taken = state.shown + state.tail.length;
      if (start + bytes.length <= taken) return events;
      if (start > taken) {
        const missing = start - state.shown;
        Object.assign(state, newState(start));
        const data = { attempt, stream, bytes: missing };
        events.push({ id: idAfter(seq - 1), event: 'gap', data });
      }
      const fresh = bytes.subarray(Math.max(0, taken - start));
      const known = Buffer.concat([state.tail, fresh]);
      const open = unfinished(known);
      if (open <= fresh.length) state.tailSeq = seq;
      state.tail = known.subarray(known.length - open);
      state.shown += known.length - open;
      const whole = known.subarray(0, known.length - open);
      if (whole.length > 0)
        events.push({ id: idAfter(seq), event: stream, data: dataOf(stream, at, whole) });
      return events;
    },
  };
}

/** The number of trailing bytes that begin a UTF-8 character and do not complete it. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
