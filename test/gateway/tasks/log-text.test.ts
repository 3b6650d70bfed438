import { expect, test } from 'vitest';
import { createLogText, logPlaceOf, type LogEvent } from '../../../gateway/tasks/log-text.ts';
import type { OutputStream } from '../../../contracts/task.ts';
import type { OutputChunk } from '../../../store/tasks/task-output.ts';

const said = { stdout: '\ufeffaä€😀b€€', stderr: '😀é😀' };
const streams = ['stdout', 'stderr'] as const;

/** Two attempts that print to both streams in turns, in pieces of `size` bytes. */
function piecesOf(size: number): OutputChunk[] {
  const chunks: OutputChunk[] = [];
  for (const attempt of [1, 2]) {
    let seq = 0;
    for (let start = 0; start < 40; start += size) {
      for (const stream of streams) {
        const bytes = Buffer.from(said[stream]).subarray(start, start + size);
        if (bytes.length > 0)
          chunks.push({ attempt, seq: (seq += 1), stream, at: 0, start, bytes });
      }
    }
  }
  return chunks;
}

/** The events that a reader gets from the stored pieces if it resumes with this id. */
function read(chunks: OutputChunk[], id?: string): LogEvent[] {
  const place = logPlaceOf(id);
  const text = createLogText(place);
  const { attempt, seq } = place;
  return chunks
    .filter((one) => one.attempt > attempt || (one.attempt === attempt && one.seq > seq))
    .flatMap((chunk) => text.events(chunk));
}

const textOf = (events: LogEvent[], attempt: number, stream: OutputStream): string =>
  events
    .map(({ data }) => data)
    .filter((data) => data.attempt === attempt && data.stream === stream && 'text' in data)
    .map((data) => ('text' in data ? data.text : ''))
    .join('');

const all = (events: LogEvent[]) =>
  [1, 2].map((attempt) => streams.map((stream) => textOf(events, attempt, stream)));

test.each([1, 2, 3, 5, 100])(
  'a reader that resumes after any event gets the rest, and every character whole: pieces of %d bytes',
  (size) => {
    const chunks = piecesOf(size);
    const whole = read(chunks);
    expect(all(whole)).toEqual([Object.values(said), Object.values(said)]);
    for (const [at, { id }] of whole.entries()) {
      const rest = read(chunks, id);
      expect(all([...whole.slice(0, at + 1), ...rest]), id).toEqual(all(whole));
      expect(rest.filter(({ event }) => event === 'gap')).toEqual([]);
    }
  },
);

test('a reader that resumes gets the number of dropped bytes as a gap, and then the next piece', () => {
  const piece = (seq: number, start: number, text: string): OutputChunk => ({
    attempt: 1,
    seq,
    stream: 'stdout',
    at: 0,
    start,
    bytes: Buffer.from(text),
  });
  const first = piece(1, 0, 'one');
  const last = piece(3, 6, 'end');
  const [{ id }] = read([first]) as [LogEvent];
  const rest = read([last], id);
  expect(rest.map(({ event, data }) => [event, 'bytes' in data ? data.bytes : data.text])).toEqual([
    ['gap', 3],
    ['stdout', 'end'],
  ]);
  expect(textOf(read([last], rest[0]!.id), 1, 'stdout')).toBe('end');
});

test('ids of an older gateway are accepted, and report no gap for what they do not contain', () => {
  const chunks = piecesOf(100);
  expect(read(chunks, '1.1').map(({ event }) => event)).toEqual(['stderr', 'stdout', 'stderr']);
  for (const id of ['', '1', '1.1.1', '1.1.1.-1', '1.1.1.1.1']) {
    expect(() => logPlaceOf(id), id).toThrow('attempt.number');
  }
});

test.each([1, 2, 3, 5, 40])(
  'invalid UTF-8 comes out byte for byte, from pieces of %s, even if it ends inside a character',
  (size) => {
    const raw = Buffer.from([0x00, 0xff, 0xfe, 0x41, 0xc3, 0xa9, 0xc3, 0x28, 0xf0, 0x9f, 0x98]);
    const chunks: OutputChunk[] = [];
    for (const attempt of [1, 2]) {
      for (let start = 0; start < raw.length; start += size) {
        const bytes = raw.subarray(start, start + size);
        const seq = start / size + 1;
        chunks.push({ attempt, seq, stream: 'stdout', at: 0, start, bytes });
      }
    }
    const text = createLogText(logPlaceOf(undefined));
    const events = [...chunks.flatMap((chunk) => text.events(chunk)), ...text.end(), ...text.end()];
    for (const attempt of [1, 2]) {
      const parts = events.flatMap(({ data }) => {
        if (data.attempt !== attempt || !('text' in data)) return [];
        return [
          data.base64 === undefined ? Buffer.from(data.text) : Buffer.from(data.base64, 'base64'),
        ];
      });
      expect(Buffer.concat(parts)).toEqual(raw);
    }
    // valid UTF-8 is sent as text only
    const plain = events.filter(({ data }) => 'text' in data && !data.text.includes('\ufffd'));
    for (const { data } of plain) expect(data).not.toHaveProperty('base64');
    // nothing follows the last id
    expect(read(chunks, events.at(-1)!.id)).toEqual([]);
  },
);
