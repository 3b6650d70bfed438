import { expect, test } from 'vitest';
import { droppable, keptOfStream, showOutput } from '../../../domain/tasks/output.ts';

const pieces = (...sizes: number[]) => sizes.map((size, at) => ({ seq: at + 1, size }));

test('a stream of up to 1 MiB is kept whole', () => {
  expect(droppable(pieces(...Array<number>(16).fill(65_536)))).toEqual([]);
});

test('of a longer stream the beginning and the end are kept, at most 1 MiB', () => {
  const all = pieces(...Array<number>(100).fill(65_536));
  const free = new Set(droppable(all));
  const kept = all.filter(({ seq }) => !free.has(seq));
  expect(kept[0]?.seq).toBe(1);
  expect(kept.at(-1)?.seq).toBe(100);
  const bytes = kept.reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(keptOfStream.whole);
  expect(bytes).toBeGreaterThan(keptOfStream.whole * 0.8);
});

const bytes = (text: string) => new TextEncoder().encode(text);

test('dropped bytes are counted and marked at their position', () => {
  const shown = showOutput([
    { start: 0, bytes: bytes('ab') },
    { start: 100, bytes: bytes('yz') },
  ]);
  expect(shown).toEqual({
    text: 'ab\n[… 98 bytes dropped …]\nyz',
    truncated: true,
    dropped: 98,
  });
});

test('a character split over two chunks is decoded, and invalid UTF-8 is replaced', () => {
  const snow = bytes('☃');
  const shown = showOutput([
    { start: 0, bytes: snow.slice(0, 2) },
    { start: 2, bytes: snow.slice(2) },
    { start: 3, bytes: Uint8Array.of(0xff) },
  ]);
  expect(shown).toEqual({ text: '☃\ufffd', truncated: false, dropped: 0 });
});
