import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

/** A port that the stack will listen on, and the variable that changes it. */
export interface WantedPort {
  host: string;
  port: number;
  what: string;
  variable: string;
}

/** Returns one line for each port that cannot be used: why, and what to do. Empty if all are free. */
export async function takenPorts(wanted: WantedPort[]): Promise<string[]> {
  const lines = await Promise.all(
    wanted.map(async ({ host, port, what, variable }, index) => {
      const twin = wanted.slice(0, index).find((other) => other.port === port);
      if (twin !== undefined)
        return [
          `Port ${port} is configured twice, for ${twin.what} and ${what}. Set ${variable} to another one.`,
        ];
      const code = await listenError(host, port);
      if (code === null) return [];
      if (code === 'EADDRINUSE') {
        const owner = portOwner(port) ?? 'another program';
        return [`Port ${port} (${what}) is in use by ${owner}. Stop it, or set ${variable}.`];
      }
      if (code === 'EACCES')
        return [
          `This user may not listen on port ${port} (${what}). Set ${variable} to a port above 1023.`,
        ];
      return [`${what} cannot listen on ${host}, port ${port} (${code}). Set ${bindOf(variable)}.`];
    }),
  );
  return lines.flat();
}

/** For the gateway, another error than a used or privileged port comes from its address, which VX11_BIND sets. */
const bindOf = (variable: string): string => (variable === 'VX11_PORT' ? 'VX11_BIND' : variable);

/** Tries to listen there. Returns the error code, or null if it works. */
async function listenError(host: string, port: number): Promise<string | null> {
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

/** Returns `<command> (process <pid>)` for the process that listens on a TCP port; undefined if it cannot be found. */
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

/** Returns the first words of a process's command line, enough for a person to recognize it. */
function commandLine(pid: string): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  return words.slice(0, 3).join(' ').slice(0, 80);
}

/** Lists the open files of a process; empty if it is gone or belongs to another user. */
function openFiles(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return entries(folder).flatMap((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`);
    } catch {
      return []; // closed meanwhile
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
