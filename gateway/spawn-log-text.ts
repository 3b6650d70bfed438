import type { LogChunk, OutputStream } from '../contracts/spawn.ts';
import type { OutputChunk } from '../store/spawn-output.ts';

/** One event of a log stream. */
export interface LogEvent {
  id: string;
  event: OutputStream | 'gap';
  data: LogChunk | { attempt: number; stream: OutputStream; bytes: number };
}

/** Makes text of pieces that may end in the middle of a character, and tells where pieces are missing. */
export function createLogText(): { events(chunk: OutputChunk): LogEvent[] } {
  const books = new Map<string, { decoder: TextDecoder; at: number | null }>();
  return {
    events({ attempt, seq, stream, at, start, bytes }) {
      const key = `${attempt} ${stream}`;
      const book = books.get(key) ?? { decoder: new TextDecoder(), at: null };
      books.set(key, book);
      const id = `${attempt}.${seq}`;
      const events: LogEvent[] = [];
      // who goes on after an id cannot know where the piece before it ended
      const missing = book.at === null ? 0 : start - book.at;
      if (missing > 0) {
        book.decoder = new TextDecoder();
        events.push({ id, event: 'gap', data: { attempt, stream, bytes: missing } });
      }
      book.at = start + bytes.length;
      const text = book.decoder.decode(bytes, { stream: true });
      const data = { attempt, stream, at: new Date(at).toISOString(), text };
      if (text !== '') events.push({ id, event: stream, data });
      return events;
    },
  };
}
