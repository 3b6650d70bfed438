import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

/** A port that the stack is about to take, and the variable that moves it. */
export interface WantedPort {
  host: string;
  port: number;
  what: string;
  variable: string;
}

/** One line for each port that cannot be had: why, and what to do. Empty when all are free. */
export async function takenPorts(wanted: WantedPort[]): Promise<string[]> {
  const lines = await Promise.all(
    wanted.map(async ({ host, port, what, variable }, index) => {
      const twin = wanted.slice(0, index).find((other) => other.port === port);
      if (twin !== undefined)
        return [`Port ${port} is asked for twice, by ${twin.what} and ${what}. Set ${variable}.`];
      const code = await whyNot(host, port);
      if (code === null) return [];
      if (code === 'EADDRINUSE') {
        const owner = portOwner(port) ?? 'another program';
        return [`Port ${port} (${what}) is taken by ${owner}. End it, or set ${variable}.`];
      }
      if (code === 'EACCES')
        return [`This user may not take port ${port} (${what}). Set ${variable} above 1023.`];
      return [`${what} cannot listen on ${host}, port ${port} (${code}). Set ${bindOf(variable)}.`];
    }),
  );
  return lines.flat();
}

/** An address that this machine does not have is never the port's fault. */
const bindOf = (variable: string): string => (variable === 'VX11_PORT' ? 'VX11_BIND' : variable);

/** The code of what keeps us from listening there; null where nothing does. */
async function whyNot(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  } finally {
    server.close();
  }
}

/** `its command (process N)` of who listens on a TCP port, where the system tells. */
export function portOwner(port: number): string | undefined {
  try {
    return process.platform === 'linux' ? ownerByProc(port) : ownerByLsof(port);
  } catch {
    return undefined;
  }
}

/** Finds the listening socket's inode in /proc/net/tcp (state 0A), then the process that holds it open. */
function ownerByProc(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8').split('\n'),
  );
  const sockets = new Set(
    lines
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`),
  );
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((candidate) => openFiles(candidate).some((target) => sockets.has(target)));
  return pid && `${commandLine(pid)} (process ${pid})`;
}

/** Its first words, as a person would recognise it. */
function commandLine(pid: string): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  return words.slice(0, 3).join(' ').slice(0, 80);
}

/** What a process has open; nothing of one that is gone, or not ours to look at. */
function openFiles(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return entries(folder).flatMap((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`);
    } catch {
      return []; // Closed meanwhile.
    }
  });
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function ownerByLsof(port: number): string | undefined {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
  const output = execFileSync('lsof', args, { encoding: 'utf8' });
  const [pid, name] = [/^p(\d+)/m.exec(output)?.[1], /^c(.+)/m.exec(output)?.[1]];
  return pid && `${name ?? 'a program'} (process ${pid})`;
}
