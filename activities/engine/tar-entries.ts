/** The header of one entry of a tar archive. */
export interface TarEntry {
  path: string;
  /** Permission bits. */
  mode: number;
  kind: 'file' | 'link' | 'folder' | 'other';
}

const block = 512;
const kinds: Record<string, TarEntry['kind']> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
};
/** A long path comes in an entry of its own before its file: POSIX `x`, GNU `L`. It is short enough to keep. */
const mostHeader = 65_536;

/** Reads the entries of a tar archive as it comes, without keeping what is in the files. */
export async function* tarEntries(archive: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  let rest: Buffer = Buffer.alloc(0);
  let skip = 0;
  let longPath: string | null = null;
  for await (const piece of archive) {
    const skipped = Math.min(skip, piece.length);
    skip -= skipped;
    rest = Buffer.concat([rest, piece.subarray(skipped)]);
    while (skip === 0 && rest.length >= block) {
      const header = readTarHeader(rest.subarray(0, block));
      if (header === null) return;
      const { size, type, mode } = header;
      const padded = Math.ceil(size / block) * block;
      if (/[xL]/.test(type) && size <= mostHeader) {
        if (rest.length < block + padded) break;
        longPath = longPathIn(rest.toString('utf8', block, block + size), type) ?? longPath;
        rest = rest.subarray(block + padded);
        continue;
      }
      const path = longPath ?? header.path;
      if (type !== 'g') longPath = null;
      const after = rest.subarray(block);
      skip = Math.max(0, padded - after.length);
      rest = after.subarray(Math.min(padded, after.length));
      yield { path, mode, kind: kinds[type] ?? 'other' };
    }
  }
}

/** One block of 512 bytes that begins an entry. */
export interface TarHeader {
  path: string;
  /** Permission bits. */
  mode: number;
  /** Bytes of content that follow, in whole blocks. */
  size: number;
  /** POSIX: `0` is a file. */
  type: string;
}

/** Null for the blocks of zeros that end an archive. */
export function readTarHeader(header: Buffer): TarHeader | null {
  if (header[0] === 0) return null;
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: octal(header, 100, 8) & 0o7777,
    size: octal(header, 124, 12),
    type: String.fromCharCode(header[156]!),
  };
}

const text = (header: Buffer, at: number, length: number): string =>
  header.toString('utf8', at, at + length).replace(/\0.*$/s, '');

const octal = (header: Buffer, at: number, length: number): number =>
  Number.parseInt(text(header, at, length).trim() || '0', 8);

const longPathIn = (content: string, type: string): string | undefined =>
  type === 'L' ? content.replace(/\0.*$/s, '') : /^\d+ path=(.*)$/m.exec(content)?.[1];
