import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createOutputRecorder } from '../../../activities/tasks/output-recorder.ts';
import { keptOfStream, showOutput } from '../../../domain/tasks/output.ts';
import type { OutputChange, OutputChunk } from '../../../store/tasks/task-output.ts';

/** A recorder over an in-memory table, whose writes fail while `away`, or only seem to. */
function record() {
  const rows = new Map<number, OutputChunk>();
  const state = { away: false, lostAnswer: false, writes: 0 };
  const write = ({ add, drop }: OutputChange): void => {
    // existing rows do not change
    for (const chunk of add) if (!rows.has(chunk.seq)) rows.set(chunk.seq, { ...chunk });
    for (const seq of drop) rows.delete(seq);
  };
  const taskOutput = {
    append: async (_: string, change: OutputChange) => {
      state.writes += 1;
      if (state.away) throw new Error('away');
      write(change);
      if (state.lostAnswer) throw new Error('the answer is lost');
    },
  };
  const deps = { store: { taskOutput }, log: pino({ level: 'silent' }) };
  const recorder = createOutputRecorder(deps as never, 'spawn-1', 1);
  const finish = async () => {
    write(await recorder.finish());
    return [...rows.values()].toSorted((one, other) => one.seq - other.seq);
  };
  return { recorder, state, rows, finish };
}
const bytes = (text: string) => Buffer.from(text);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('the output of a short task is written with its result', async () => {
  const { recorder, state, finish } = record();
  void recorder.push('stdout', bytes('a'), 1);
  void recorder.push('stdout', bytes('b'), 2);
  void recorder.push('stderr', bytes('c'), 3);
  const rows = await finish();
  expect(state.writes).toBe(0);
  expect(rows.map(({ stream, seq, start }) => [stream, seq, start])).toEqual([
    ['stdout', 1, 0],
    ['stderr', 2, 0],
  ]);
  expect(Buffer.from(rows[0]!.bytes).toString()).toBe('ab');
});

test('the output of a long task is written as it arrives', async () => {
  const { recorder, rows } = record();
  void recorder.push('stdout', bytes('hi\n'), 1);
  await pause(60);
  expect(rows.size).toBe(1);
  await recorder.finish();
});

test('the beginning and the end of endless output are kept, in order, in bounded memory', async () => {
  const { recorder, state, finish } = record();
  const piece = bytes('x'.repeat(100_000));
  for (let nth = 0; nth < 100; nth += 1) await recorder.push('stdout', piece, nth);
  await recorder.push('stdout', bytes('end'), 100);
  const rows = await finish();
  const kept = rows.reduce((sum, row) => sum + row.bytes.length, 0);
  expect(kept).toBeLessThanOrEqual(keptOfStream.whole);
  const shown = showOutput(rows);
  expect(shown.text.endsWith('end')).toBe(true);
  expect(shown.dropped).toBe(10_000_003 - kept);
  expect(state.writes).toBeGreaterThan(5);
});

test('an outage of the store loses no output', async () => {
  const { recorder, state, finish } = record();
  state.away = true;
  void recorder.push('stdout', bytes('one '), 1);
  await pause(80);
  state.away = false;
  void recorder.push('stdout', bytes('two'), 2);
  await pause(80);
  expect(showOutput(await finish()).text).toBe('one two');
});

test('a buffer that is reused after the call does not change the output', async () => {
  const { recorder, finish } = record();
  const buffer = bytes('first');
  void recorder.push('stdout', buffer, 1);
  buffer.fill('x');
  expect(showOutput(await finish()).text).toBe('first');
});

test('ten thousand alternating words on both streams become few pieces, and no byte is lost', async () => {
  const { recorder, state, finish } = record();
  state.away = true;
  for (let nth = 0; nth < 10_000; nth += 1) {
    await recorder.push(nth % 2 === 0 ? 'stdout' : 'stderr', bytes(`${nth} `), nth);
    if (nth % 1000 === 0) await pause(30);
  }
  state.away = false;
  const rows = await finish();
  expect(rows.length).toBeLessThan(1000);
  for (const [stream, first] of [
    ['stdout', 0],
    ['stderr', 1],
  ] as const) {
    const said = showOutput(rows.filter((row) => row.stream === stream)).text;
    const words = Array.from({ length: 5000 }, (_, at) => `${2 * at + first} `);
    expect(said).toBe(words.join(''));
  }
});

test('a piece whose write may have succeeded is written again unchanged', async () => {
  const { recorder, state, rows, finish } = record();
  state.lostAnswer = true;
  void recorder.push('stdout', bytes('one '), 1);
  await pause(30);
  expect(rows.get(1)).toBeDefined();
  state.lostAnswer = false;
  void recorder.push('stdout', bytes('two'), 2);
  expect(showOutput(await finish()).text).toBe('one two');
});
