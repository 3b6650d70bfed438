import type { Readable } from 'node:stream';

/** A frame of a stream: its kind, one byte, and its payload. */
export interface Frame {
  kind: number;
  payload: Buffer;
}

/** Larger than any frame of a harness or an Engine; a longer one is an error. */
const mostPayload = 2 ** 20;
const engineHeader = 8;
const harnessHeader = 5;
const stdoutKind = 1;

export class BrokenFrame extends Error {
  override name = 'BrokenFrame';
}

/**
 * Splits a stream into frames whose header begins with the kind and ends with the length (four bytes, big endian).
 * Buffers an incomplete frame, at most one.
 * @throws BrokenFrame
 */
export function createCutter(headerLength: number): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (rest.length - at >= headerLength) {
      const length = rest.readUInt32BE(at + headerLength - 4);
      if (length > mostPayload) throw new BrokenFrame(`a frame of ${length} bytes`);
      const end = at + headerLength + length;
      if (end > rest.length) break;
      frames.push({ kind: rest[at]!, payload: rest.subarray(at + headerLength, end) });
      at = end;
    }
    rest = rest.subarray(at);
    return frames;
  };
}

/**
 * Reads the harness's frames from an attached stream, in which the Engine multiplexes stdout and stderr. Reads on demand
 * only, and does not close the stream.
 * @param onError gets what the harness itself writes to stderr: always a bug of ours
 * @throws BrokenFrame
 */
export async function* harnessFrames(
  attached: Readable,
  onError: (bytes: Buffer) => void,
): AsyncGenerator<Frame> {
  const engine = createCutter(engineHeader);
  const harness = createCutter(harnessHeader);
  const chunks = attached.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks as AsyncIterable<Buffer>)
    for (const { kind, payload } of engine(chunk))
      if (kind === stdoutKind) yield* harness(payload);
      else onError(payload);
}

const pieceBytes = 2 ** 16;

/** Makes a frame for the harness; a long payload becomes several frames of the same kind. */
export function frame(kind: string, payload: string | Uint8Array = ''): Buffer[] {
  const bytes = Buffer.from(payload as string);
  const pieces: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    const header = Buffer.alloc(harnessHeader);
    header.write(kind, 0, 'latin1');
    header.writeUInt32BE(piece.length, 1);
    pieces.push(header, piece);
  }
  return pieces;
}
