import type { AudioRange } from '../../contracts/audio-report.ts';

const [width, height] = [1200, 240];
const colours = { paper: 0, wave: 1, middle: 2, issue: 3, cut: 4 };

/** The colours of a picture of a waveform, in the order of its points. */
export const waveformPalette = [
  [255, 255, 255],
  [38, 84, 124],
  [170, 180, 190],
  [255, 224, 204],
  [200, 40, 40],
] as const;

/**
 * Draws a waveform. What issues name is behind it in another colour.
 * @param columns lowest and highest sample of each column, 1 = full scale
 */
export function drawWaveform(
  columns: readonly { low: number; high: number }[],
  ranges: readonly AudioRange[],
  seconds: number,
): { width: number; height: number; points: Uint8Array } {
  const points = new Uint8Array(width * height);
  const middle = height / 2;
  const rowOf = (value: number): number =>
    Math.min(height - 1, Math.max(0, Math.round(middle - (value * (height - 2)) / 2)));
  for (const [from, to] of ranges) {
    const [first, last] = [from, to].map((at) =>
      Math.floor((at / Math.max(seconds, 0.001)) * width),
    );
    for (let x = Math.max(0, first!); x <= Math.min(width - 1, last!); x += 1)
      for (let y = 0; y < height; y += 1) points[y * width + x] = colours.issue;
  }
  for (let x = 0; x < width; x += 1) {
    const column = columns[Math.floor((x * columns.length) / width)];
    points[middle * width + x] = colours.middle;
    if (column === undefined) continue;
    const isCut = Math.max(column.high, -column.low) >= 0.9999;
    const [top, bottom] = [rowOf(column.high), rowOf(column.low)];
    for (let y = top; y <= bottom; y += 1)
      points[y * width + x] = isCut ? colours.cut : colours.wave;
  }
  return { width, height, points };
}
