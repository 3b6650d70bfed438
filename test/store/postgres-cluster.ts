import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';

const run = promisify(execFile);

/** A Postgres server for one test, removed with all its data afterwards. */
export interface PostgresCluster {
  /** `postgres://…` without a database. */
  url: string;
  stop(): Promise<void>;
}

/** The folder of the Postgres programs on this machine; null if there are none. */
export function postgresPrograms(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted().toReversed() : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** Another user for Postgres, which refuses to run as root. */
function lentUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string, name: string): number =>
    Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', name), gid: id('-g', name) };
    } catch {
      // no such user here; try the next one
    }
  }
  return undefined;
}

interface Tls {
  cert: string;
  key: string;
  /** The authority that it checks clients with. */
  ca: string;
}

/** Copies the files for the server's user, and lets no client in without TLS and a certificate. @returns its settings */
async function securedBy(
  tls: Tls,
  data: string,
  user: { uid: number; gid: number } | undefined,
): Promise<string[]> {
  const settings = ['-c', 'ssl=on'];
  for (const [what, from] of Object.entries(tls)) {
    const to = join(data, `tls-${what}.pem`);
    await copyFile(from, to);
    await chmod(to, 0o600);
    if (user !== undefined) await chown(to, user.uid, user.gid);
    settings.push('-c', `ssl_${what}_file=${to}`);
  }
  await writeFile(
    join(data, 'pg_hba.conf'),
    'hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n',
  );
  return settings;
}

/**
 * @param flushes whether each commit is flushed to disk, as in production; tests do not need it
 * @param tls takes connections by TLS only
 */
export async function startPostgres(
  programs: string,
  { flushes = false, tls }: { flushes?: boolean; tls?: Tls } = {},
): Promise<PostgresCluster> {
  const user = lentUser();
  const folder = await mkdtemp(join(tmpdir(), 'vx11-postgres-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const as = { cwd: folder, ...user };
  const initial = ['-D', data, '-U', 'vx11', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  await run(join(programs, 'initdb'), initial, as);
  const port = await freePort();
  const settings = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    `fsync=${flushes ? 'on' : 'off'}`,
    ...(tls === undefined ? [] : await securedBy(tls, data, user)),
  ];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...as,
    stdio: 'ignore',
  });
  const gone = once(server, 'exit');
  await until('Postgres answers', async () => {
    await run(join(programs, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]);
    return true;
  });
  return {
    url: `postgres://vx11@127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGINT'); // ends connections and stops at once
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
