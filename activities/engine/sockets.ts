import { readFile } from 'node:fs/promises';

/** A TCP socket that listens. */
export interface ListeningSocket {
  address: string;
  port: number;
}

/** The kernel's number for a socket that listens. */
const listens = '0A';
/** Docker's own resolver, in the namespace of every container. */
const resolver = '127.0.0.11';

/**
 * The sockets that listen in the network namespace of a process.
 * @param pid a process id on this host, or `self`
 * @returns null if this process does not see it
 */
export async function listeningIn(pid: number | 'self'): Promise<ListeningSocket[] | null> {
  if (pid === 0) return null;
  try {
    const [four, six] = await Promise.all([
      readFile(`/proc/${pid}/net/tcp`, 'utf8'),
      readFile(`/proc/${pid}/net/tcp6`, 'utf8').catch(() => ''), // a kernel without IPv6
    ]);
    return [...socketsIn(four), ...socketsIn(six)];
  } catch {
    return null;
  }
}

/** Reads a table of `/proc/net/tcp` or `tcp6`, without Docker's resolver. */
export function socketsIn(table: string): ListeningSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      if (state !== listens) return [];
      return [{ address: addressOf(address), port: Number.parseInt(port, 16) }];
    })
    .filter(({ address }) => address !== resolver);
}

/** The kernel writes an address as words of four bytes, each in the order of the processor; here little endian. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    [...Buffer.from(word, 'hex')].toReversed(),
  );
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  const last = bytes.slice(12);
  const before = bytes.slice(0, 12);
  const isLoopback = before.every((byte) => byte === 0) && last.join('.') === '0.0.0.1';
  if (isLoopback) return '::1';
  const isMapped = before.slice(0, 10).every((byte) => byte === 0) && before[10] === 0xff;
  if (isMapped) return `::ffff:${last.join('.')}`;
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16),
  );
  return groups.join(':');
}
