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

/**
 * Reads the header of a WAV file, also of RF64 and BW64. Null if it is none. A header that no studio would write is a problem.
 * @param head the first bytes of the file
 */
export function readWavHeader(head: Uint8Array): WavHeader | WavProblem | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 12 || !/^(RIFF|RF64|BW64)$/.test(idAt(view, 0)) || idAt(view, 8) !== 'WAVE')
    return null;
  let long: number | null = null;
  let format: Omit<WavHeader, 'data_at' | 'data_bytes'> | null = null;
  for (let at = 12; at + 8 <= head.length;) {
    const [id, size] = [idAt(view, at), view.getUint32(at + 4, true)];
    const body = at + 8;
    if (id === 'ds64' && body + 16 <= head.length) long = Number(view.getBigUint64(body + 8, true));
    if (id === 'fmt ') {
      const read = body + 16 <= head.length && size >= 16 ? formatAt(view, body, size) : null;
      if (read === null) return { problem: 'its format is cut off' };
      if ('problem' in read) return read;
      format = read;
    }
    if (id === 'data') {
      if (format === null) return { problem: 'its samples come before their format' };
      const unknown = size === 0 || size === 0xffffffff;
      return { ...format, data_at: body, data_bytes: unknown ? long : size };
    }
    at = body + size + (size % 2);
  }
  return { problem: 'it has no samples' };
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
