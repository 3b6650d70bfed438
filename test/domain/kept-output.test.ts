import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputKeeper } from '../../domain/kept-output.ts';

test('what is kept is the beginning and the end, and what is between them is counted', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 60 });
  fc.assert(
    fc.property(chunks, fc.integer({ min: 2, max: 200 }), (pieces, limit) => {
      const keeper = createOutputKeeper(limit);
      for (const piece of pieces) keeper.push(piece);
      const { head, tail, dropped, bytes } = keeper.kept();
      const whole = Buffer.concat(pieces);
      const half = Math.floor(limit / 2);
      expect(bytes).toBe(whole.length);
      expect(Buffer.from(head)).toEqual(whole.subarray(0, half));
      const rest = whole.subarray(half);
      expect(Buffer.from(tail)).toEqual(rest.length > half ? rest.subarray(-half) : rest);
      expect(dropped).toBe(whole.length - head.length - tail.length);
    }),
  );
});

test('a million single bytes stay few', () => {
  const keeper = createOutputKeeper(1000);
  const byte = Uint8Array.of(7);
  for (let n = 0; n < 1_000_000; n += 1) keeper.push(byte);
  expect(keeper.kept()).toMatchObject({ bytes: 1_000_000, dropped: 999_000 });
});

test('a chunk that is used again by its owner does not change what was kept', () => {
  const keeper = createOutputKeeper();
  const chunk = Buffer.from('one');
  keeper.push(chunk);
  chunk.write('two');
  expect(Buffer.from(keeper.kept().head).toString()).toBe('one');
});
