/** What the header of a WAV file says. */
export interface WavHeader {
  format: 'pcm' | 'float' | 'other';
  channels: number;
  rate: number;
  /** Bits of the container of a sample, and those of it that are valid. */
  bits: number;
  valid_bits: number;
  /** Whether channels have named places. */
  has_layout: boolean;
  data_at: number;
  /** As the header says; null where it says nothing: then it goes on to the end of the file. */
  data_bytes: number | null;
}

export type WavProblem = { problem: string };

const idAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((nth) => view.getUint8(at + nth)));

/** A part of a file that is wanted next, in bytes. Less of it may come where the file ends. */
export interface WantedBytes {
  at: number;
  length: number;
}

/** How many chunks are looked at, and how much of each: its head, and of a format what is read of it. */
const [mostChunks, chunkBytes] = [1000, 48];

/**
 * Reads the header of a WAV file, also of RF64 and BW64, from chunk to chunk however long they are: it yields which bytes it
 * wants next, and is given them. Null if it is none. A header that no studio would write is a problem.
 */
export function* readWavHeader(): Generator<
  WantedBytes,
  WavHeader | WavProblem | null,
  Uint8Array
> {
  const viewOf = (bytes: Uint8Array): DataView =>
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = viewOf(yield { at: 0, length: 12 });
  if (head.byteLength < 12 || !/^(RIFF|RF64|BW64)$/.test(idAt(head, 0)) || idAt(head, 8) !== 'WAVE')
    return null;
  let long: number | null = null;
  let format: Omit<WavHeader, 'data_at' | 'data_bytes'> | null = null;
  let at = 12;
  for (let nth = 0; nth < mostChunks; nth += 1) {
    const chunk = viewOf(yield { at, length: chunkBytes });
    if (chunk.byteLength < 8) return { problem: 'it has no samples' };
    const [id, size] = [idAt(chunk, 0), chunk.getUint32(4, true)];
    if (id === 'ds64' && chunk.byteLength >= 24) long = Number(chunk.getBigUint64(16, true));
    if (id === 'fmt ') {
      const read = chunk.byteLength >= 24 && size >= 16 ? formatAt(chunk, 8, size) : null;
      if (read === null) return { problem: 'its format is cut off' };
      if ('problem' in read) return read;
      format = read;
    }
    if (id === 'data') {
      if (format === null) return { problem: 'its samples come before their format' };
      const unknown = size === 0 || size === 0xffffffff;
      return { ...format, data_at: at + 8, data_bytes: unknown ? long : size };
    }
    at += 8 + size + (size % 2);
  }
  return { problem: `it has no samples in its first ${mostChunks} parts` };
}

function formatAt(
  view: DataView,
  at: number,
  size: number,
): Omit<WavHeader, 'data_at' | 'data_bytes'> | WavProblem {
  const tag = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (channels < 1 || channels > 32) return { problem: `it says that it has ${channels} channels` };
  if (rate < 4000 || rate > 768_000) return { problem: `it says that its rate is ${rate} Hz` };
  const isLong = tag === 0xfffe && size >= 40 && at + 40 <= view.byteLength;
  const kind = isLong ? view.getUint16(at + 24, true) : tag;
  const valid = isLong ? view.getUint16(at + 18, true) : bits;
  if (kind !== 1 && kind !== 3)
    return { ...named('other'), channels, rate, bits, valid_bits: bits };
  if (![8, 16, 24, 32, 64].includes(bits)) return { problem: `it says ${bits} bits a sample` };
  const places = isLong ? view.getUint32(at + 20, true) : 0;
  return {
    format: kind === 3 ? 'float' : 'pcm',
    channels,
    rate,
    bits,
    valid_bits: valid === 0 || valid > bits ? bits : valid,
    has_layout: channels <= 2 || places !== 0,
  };
}

const named = (format: WavHeader['format']) => ({ format, has_layout: true });

/**
 * The decoder that ffmpeg has to be given: 5.1 takes 24 valid bits in 32 for a float format, and reads noise at +632 dB.
 */
export const decoderOf = (header: WavHeader | null): string | null =>
  header !== null && header.format === 'pcm' && header.bits === 32 && header.valid_bits < 32
    ? 'pcm_s32le'
    : null;
