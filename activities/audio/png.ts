import { crc32, deflateSync } from 'node:zlib';

/** A picture with one byte a point: a place in its palette. */
export interface Picture {
  width: number;
  height: number;
  /** Row by row. */
  points: Uint8Array;
  /** Red, green and blue of each colour. */
  palette: readonly (readonly [number, number, number])[];
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(name: string, body: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const whole = Buffer.alloc(data.length + 8);
  whole.writeUInt32BE(body.length, 0);
  data.copy(whole, 4);
  whole.writeUInt32BE(crc32(data), data.length + 4);
  return whole;
}

/** The picture as a PNG file (ISO/IEC 15948, palette of 8 bits). */
export function pngOf({ width, height, points, palette }: Picture): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (width + 1));
  for (let row = 0; row < height; row += 1)
    rows.set(points.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
