import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** A TCP socket that a process listens on. */
export interface Listening {
  pid: number;
  /** The command line of the process, for the message of a failed test. */
  command: string;
  host: string;
  port: number;
}

/** Every TCP socket on which a process or one of its descendants listens, read from the kernel. */
export function listeningSockets(root: number): Listening[] {
  const byInode = listeners();
  return family(root).flatMap((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return inodesOf(pid).flatMap((inode) => {
      const address = byInode.get(inode);
      return address === undefined ? [] : [{ pid, command, ...address }];
    });
  });
}

/** Sends bytes to a port. @returns what comes back until the other side is silent for a second or ends */
export function exchangeRaw(at: { host: string; port: number }, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: at.host, port: at.port });
    const end = (): void => {
      socket.destroy();
      resolve(received);
    };
    socket.setTimeout(1000, end);
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.on('end', end).on('error', end).on('close', end);
    socket.write(bytes);
  });
}

function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // the command's name, in brackets, may hold spaces
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // the process has ended
    }
  }
  const known = [root];
  for (const pid of known) {
    for (const [child, parent] of parents) if (parent === pid) known.push(child);
  }
  return known;
}

function inodesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

const listenState = '0A';

function listeners(): Map<string, { host: string; port: number }> {
  const found = new Map<string, { host: string; port: number }>();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== listenState || local === undefined || inode === undefined) continue;
      const [address, port] = local.split(':') as [string, string];
      found.set(inode, { host: hostOf(address), port: Number.parseInt(port, 16) });
    }
  }
  return found;
}

/** The address to call for an entry of the kernel's tables: IPv4 from little-endian hex; loopback for any other. */
function hostOf(hex: string): string {
  if (hex.length !== 8) return /^0+$/.test(hex) ? '127.0.0.1' : '::1';
  const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const host = bytes.join('.');
  return host === '0.0.0.0' ? '127.0.0.1' : host;
}
