import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ApplicationFailure } from '@temporalio/activity';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { timeout } from '../../../platform/concurrency/timeout.ts';

/** One installation of VX11, as it tells others about itself. */
export interface Installation {
  home: string;
  pid: number | null;
}

/**
 * Says whether this installation manages a compose project. Two on one project would undo what the other does, so the
 * first has it, and the second only looks until the first is gone for good.
 */
export interface ProjectClaim {
  /**
   * Takes the project where nobody has it. Called again and again: it may be given up, or become free.
   * @returns `taken_over` once, when it was somebody else's before
   */
  look(project: string): Promise<'held' | 'taken_over' | 'elsewhere'>;
  /** Throws `managed_elsewhere` while another installation manages the project. */
  mustHold(): void;
  state(): ClaimState;
  close(): void;
}

export interface ClaimState {
  /** Why nothing is opened or ended here; null while this installation manages the project. */
  managed_elsewhere: string | null;
  /** Another installation that asked for the project lately, and only looks. */
  contender: string | null;
}

/** As much as it says of itself. */
interface Engine {
  ID: string;
  /** The name of its machine. */
  Name: string;
}

interface ClaimDeps {
  docker: Docker;
  home: string;
  composeFile: string;
  log: Logger;
  /** One that has said nothing for this long is gone for good. */
  goneMs?: number;
}

const defaultGoneMs = 30_000;
const askMs = 1_000;
const engineMs = 5_000;
/** While the project is ours, others are looked for this often. */
const guardsMs = 4_000;
/** Who asks does so at every round of the settle loop. */
const contenderMs = 30_000;

/**
 * The claim is a Unix socket that this process listens on, named after the Engine and the project, in Linux' abstract
 * namespace where there is one: the kernel takes it away with the process, however that ends, and a process that is only
 * slow keeps it. Installations in containers of their own cannot see it. They are known by what the Engine has of them:
 * madre's container, and the guard that each installation runs while a window is open.
 */
export function createProjectClaim(deps: ClaimDeps): ProjectClaim {
  const me: Installation = { home: deps.home, pid: process.pid };
  const goneMs = deps.goneMs ?? defaultGoneMs;
  let engine: Engine | null = null;
  let held: { project: string; server: Server; since: number } | null = null;
  let other: { is: Installation; project: string; seenAt: number } | null = null;
  let lookedAt = -Infinity;
  let asked: { by: Installation; at: number } | null = null;

  const release = (): void => {
    held?.server.close();
    held = null;
  };
  const nameOf = async (project: string): Promise<string> => {
    engine ??= await timeout(engineMs, 'asking the Engine', deps.docker.info() as Promise<Engine>);
    const of = `${engine.ID}\0${project}`;
    const hash = createHash('sha256').update(of).digest('hex').slice(0, 32);
    return process.platform === 'linux' ? `\0vx11-${hash}` : `/tmp/vx11-${hash}.sock`;
  };
  const isHere = (): boolean => engine?.Name === hostname();
  const isMine = (one: Installation): boolean => one.home === me.home;

  const take = async (project: string, name: string): Promise<boolean> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.setTimeout(askMs, () => socket.destroy());
      socket.once('data', (data) => {
        const by = parse(String(data));
        if (by !== null && !isMine(by)) asked = { by, at: performance.now() };
        socket.end(JSON.stringify(me));
      });
    });
    server.unref();
    if (!(await listens(server, name))) return false;
    held = { project, server, since: Date.now() };
    return true;
  };

  /** Somebody else who manages the project now, as far as anybody can tell. */
  const findOther = async (project: string, name: string): Promise<Installation | null> => {
    const owner = await askOwner(name, me);
    if (owner !== null && !isMine(owner)) return owner;
    return (
      (await guardOf(deps, project, { since: null, here: isHere() })) ??
      (await madreOf(deps, project))
    );
  };

  const elsewhere = (is: Installation, project: string): 'elsewhere' => {
    if (other === null || other.is.home !== is.home)
      deps.log.warn({ project, other: is }, 'another installation manages this project');
    other = { is, project, seenAt: performance.now() };
    return 'elsewhere';
  };

  const look: ProjectClaim['look'] = async (project) => {
    if (held !== null && held.project !== project) release();
    if (other !== null && other.project !== project) other = null;
    if (held !== null) {
      if (performance.now() - lookedAt < Math.min(guardsMs, goneMs)) return 'held';
      lookedAt = performance.now();
      const older = await guardOf(deps, project, { since: held.since, here: isHere() });
      if (older === null) return 'held';
      release();
      return elsewhere(older, project);
    }
    const name = await nameOf(project);
    const found = await findOther(project, name);
    if (found !== null) return elsewhere(found, project);
    // it may be starting again
    if (other !== null && performance.now() - other.seenAt < goneMs) return 'elsewhere';
    // a process of this very installation that is still ending has the name; it is ours all the same
    await take(project, name);
    const before = other;
    other = null;
    if (before === null) return 'held';
    deps.log.warn({ project, other: before.is }, 'the other installation is gone: taking over');
    return 'taken_over';
  };

  return {
    look: (project) =>
      look(project).catch((error: unknown) => {
        // what cannot be asked does not stop anybody's deadline
        deps.log.debug({ err: error }, 'who manages this project is not known yet');
        return other === null ? 'held' : 'elsewhere';
      }),
    mustHold() {
      if (other !== null)
        throw ApplicationFailure.nonRetryable(elsewhereText(other), 'managed_elsewhere');
    },
    state: () => ({
      managed_elsewhere: other === null ? null : elsewhereText(other),
      contender:
        asked !== null && performance.now() - asked.at < contenderMs
          ? `${whoIs(asked.by)} runs on this project too, and only looks`
          : null,
    }),
    close: release,
  };
}

const whoIs = ({ home, pid }: Installation): string =>
  `the installation in ${home}${pid === null ? '' : ` (process ${pid})`}`;

const elsewhereText = ({ is, project }: { is: Installation; project: string }): string =>
  `The project ${project} is managed by ${whoIs(is)}: this one opens and ends nothing. End that one, or name another project.`;

function parse(words: string): Installation | null {
  try {
    const { home, pid } = JSON.parse(words) as Partial<Installation>;
    return typeof home === 'string' ? { home, pid: typeof pid === 'number' ? pid : null } : null;
  } catch {
    return null;
  }
}

/** Who listens on the name; null where nobody does. One that does not answer lives all the same. */
async function askOwner(name: string, me: Installation): Promise<Installation | null> {
  const socket = connect(name);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    socket.write(JSON.stringify(me));
    const answer = await timeout(askMs, 'the other installation', text(socket));
    return parse(answer) ?? { home: 'an unknown folder', pid: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ECONNREFUSED' || code === 'ENOENT'
      ? null
      : { home: 'an unknown folder', pid: null };
  } finally {
    socket.destroy();
  }
}

async function listens(server: Server, name: string): Promise<boolean> {
  const listen = (): Promise<boolean> =>
    new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(name, () => resolve(true));
    });
  if (await listen()) return true;
  if (name.startsWith('\0')) return false;
  // outside Linux the file of a killed process stays; who asked before us found nobody there
  const { rm } = await import('node:fs/promises');
  await rm(name, { force: true }).catch(() => undefined);
  return listen();
}

/**
 * The installation whose guard runs for the project: it has windows open there. One that is known to be dead does not
 * count, and beside a claim of ours (`since`, epoch ms) only one that is older than our own guard.
 * @param here the Engine runs on this machine, so a folder that is not here is nowhere
 */
async function guardOf(
  { docker, home }: ClaimDeps,
  project: string,
  { since, here }: { since: number | null; here: boolean },
): Promise<Installation | null> {
  const label = ['vx11.role=guard', `vx11.project=${project}`];
  const guards = await timeout(
    engineMs,
    'asking for guards',
    docker.listContainers({ filters: { label, status: ['running'] } }),
  );
  const mine = guards.find(({ Labels }) => Labels['vx11.home'] === home);
  for (const guard of guards) {
    const theirs = guard.Labels['vx11.home'];
    if (theirs === undefined || theirs === home) continue;
    if (since !== null && mine !== undefined && mine.Created <= guard.Created) continue;
    if (!(await isDead(theirs, here))) return { home: theirs, pid: null };
  }
  return null;
}

/** Whether an installation has written no sign of life for long, as far as its files can be read. */
async function isDead(home: string, here: boolean): Promise<boolean> {
  try {
    const file = await readFile(join(home, 'guard', 'alive.json'), 'utf8');
    const { at_ms = 0 } = JSON.parse(file) as { at_ms?: number };
    return Date.now() - at_ms > defaultGoneMs;
  } catch (error) {
    return here && (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** The installation whose madre runs as a container of this Engine on our compose file, or in our project. */
async function madreOf(
  { docker, composeFile }: ClaimDeps,
  project: string,
): Promise<Installation | null> {
  const label = ['vx11.role=madre'];
  const filters = { label, status: ['running'] };
  const found = await timeout(engineMs, 'asking for madre', docker.listContainers({ filters }));
  for (const { Id, Labels } of found) {
    if (Id.startsWith(hostname())) continue;
    const { Config } = await timeout(
      engineMs,
      'asking for madre',
      docker.getContainer(Id).inspect(),
    );
    const setting = (name: string): string | undefined =>
      Config.Env.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
    const same = Labels['com.docker.compose.project'] === project;
    if (same || setting('VX11_COMPOSE_FILE') === composeFile)
      return { home: setting('VX11_HOME') ?? 'an unknown folder', pid: null };
  }
  return null;
}
