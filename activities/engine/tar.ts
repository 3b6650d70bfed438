/** One file of a tar archive. */
export interface TarFile {
  /** Path inside the archive; a leading `/` is removed. */
  path: string;
  content: Buffer;
  mode: number;
  uid: number;
  gid: number;
  /** Epoch ms. */
  modified: number;
}

const block = 512;
/** Length of the name field in a ustar header; a longer path goes into an extended header before it. */
const nameBytes = 100;

/** Builds a tar archive (POSIX pax) of a few small files in memory. */
export function tarOf(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const path = file.path.replace(/^\/+/, '');
    const isLong = Buffer.byteLength(path) > nameBytes || /[^ -~]/.test(path);
    const size = file.content.length;
    const own = tarHeader({ ...file, size, path: isLong ? 'long' : path }, '0');
    const entry = [own, padded(file.content)];
    if (!isLong) return entry;
    const content = paxRecord('path', path);
    const pax = tarHeader({ ...file, path: 'pax', size: content.length }, 'x');
    return [pax, padded(content), ...entry];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/**
 * The block before an entry's content.
 * @param file its size in bytes, below 8 GiB; its path has at most 100 bytes
 */
export function tarHeader(
  { path, size, mode, uid, gid, modified }: Omit<TarFile, 'content'> & { size: number },
  type: '0' | 'x' = '0',
): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number): void => {
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  bytes.write(path, 0, nameBytes);
  octal(mode & 0o7777, 100, 8);
  octal(uid, 108, 8);
  octal(gid, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(modified / 1000), 136, 12);
  bytes.write('        ', 148); // the checksum is computed with spaces in its own field
  bytes.write(type, 156);
  bytes.write('ustar\x0000', 257, 'latin1');
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** A record is its length, which includes its own digits, a space, `KEY=VALUE` and a line feed. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

const padded = (content: Buffer): Buffer =>
  Buffer.concat([content, Buffer.alloc((block - (content.length % block)) % block)]);
