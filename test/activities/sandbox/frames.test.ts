import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BrokenFrame,
  createCutter,
  frame,
  harnessFrames,
} from '../../../activities/sandbox/frames.ts';
import { readResult } from '../../../activities/sandbox/harness-protocol.ts';
import { engineFrame } from './said.ts';

test('frames are complete however the stream is cut', async () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 });
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(payloads, sizes, sizes, async (sent, inner, outer) => {
      const stream = Buffer.concat(sent.flatMap((payload) => frame('o', payload)));
      const wrapped = Buffer.concat(cut(stream, inner).map((piece) => engineFrame(1, piece)));
      const frames: Buffer[] = [];
      for await (const { payload } of harnessFrames(
        Readable.from(cut(wrapped, outer)),
        () => undefined,
      ))
        frames.push(payload);
      expect(Buffer.concat(frames)).toEqual(Buffer.concat(sent));
      expect(frames.length).toBe(sent.length);
    }),
  );
});

function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const size = sizes[n % sizes.length]!;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

test('a long payload to the harness becomes several frames of its kind', () => {
  const cutter = createCutter(5);
  const frames = cutter(Buffer.concat(frame('I', 'x'.repeat(150_000))));
  expect(frames.map(({ payload }) => payload.length)).toEqual([65_536, 65_536, 18_928]);
});

test('the harness’s own stderr is kept apart', async () => {
  const said: string[] = [];
  const stream = [engineFrame(2, Buffer.from('broken')), engineFrame(1, Buffer.concat(frame('R')))];
  const frames = harnessFrames(Readable.from(stream), (bytes) => said.push(bytes.toString()));
  expect((await frames.next()).value).toMatchObject({ kind: 'R'.charCodeAt(0) });
  expect(said).toEqual(['broken']);
});

test('ending the iteration leaves the stream open', async () => {
  const stream = new PassThrough();
  stream.write(engineFrame(1, Buffer.concat(frame('R'))));
  for await (const { kind } of harnessFrames(stream, () => undefined)) {
    expect(kind).toBe('R'.charCodeAt(0));
    break;
  }
  expect(stream.destroyed).toBe(false);
});

test('a frame with a huge length is refused', () => {
  const huge = Buffer.from([88, 0xff, 0xff, 0xff, 0xff]);
  expect(() => createCutter(5)(huge)).toThrow(BrokenFrame);
});

test.each(['', 'exit_code 0', 'reason because\nexit_code 0', 'reason -\nexit_code x'])(
  'the result %j is refused as malformed',
  (text) => expect(() => readResult(Buffer.from(text))).toThrow(BrokenFrame),
);
