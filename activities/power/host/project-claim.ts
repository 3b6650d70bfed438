import { readFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ApplicationFailure } from '@temporalio/activity';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { timeout } from '../../../platform/concurrency/timeout.ts';
import { sha256 } from '../../../platform/hash.ts';

/** An installation of VX11, as it identifies itself to others. */
export interface Installation {
  home: string;
  pid: number | null;
}

/**
 * Decides whether this installation manages a compose project. Two installations on one project would undo each
 * other's work, so the first one manages it, and the second only observes until the first is gone for good.
 */
export interface ProjectClaim {
  /**
   * Claims the project if no installation holds it. Called repeatedly, since the claim may be given up or become
   * free.
   * @returns `taken_over` once, if another installation held it before
   */
  check(project: string): Promise<'held' | 'taken_over' | 'elsewhere'>;
  /** Throws `managed_elsewhere` while another installation manages the project. */
  mustHold(): void;
  state(): ClaimState;
  close(): void;
}

export interface ClaimState {
  /** The reason why this installation opens and ends nothing; null while it manages the project. */
  managed_elsewhere: string | null;
  /** Another installation that recently asked for the project and only observes it. */
  contender: string | null;
}

/** The fields of the Engine's info that are used here. */
interface Engine {
  ID: string;
  /** Host name of its machine. */
  Name: string;
}

interface ClaimDeps {
  docker: Docker;
  home: string;
  composeFile: string;
  log: Logger;
  /** An installation that has been silent for this long is gone for good. */
  goneMs?: number;
}

const defaultGoneMs = 30_000;
const askMs = 1_000;
const engineMs = 5_000;
/** While this installation holds the claim, how often it checks for guards of others. */
const guardsMs = 4_000;
/** How long a contender counts as active; it asks in every round of its reconcile loop. */
const contenderMs = 30_000;

/**
 * The claim is a Unix socket that this process listens on, named after the Engine and the project. On Linux it is in
 * the abstract namespace, so the kernel removes it however the process ends; a process that is only slow keeps it.
 * Installations in separate containers cannot see the socket. They are found through the Engine: by madre's
 * container, and by the guard that each installation runs while a window is open.
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
    const hash = sha256(of).slice(0, 32);
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

  /** Returns another installation that manages the project now, if one can be found. */
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

  const check: ProjectClaim['check'] = async (project) => {
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
    // the other installation may be restarting
    if (other !== null && performance.now() - other.seenAt < goneMs) return 'elsewhere';
    // if this fails, an older process of this installation that is still ending has the socket: the claim is ours
    // anyway
    await take(project, name);
    const before = other;
    other = null;
    if (before === null) return 'held';
    deps.log.warn({ project, other: before.is }, 'the other installation is gone: taking over');
    return 'taken_over';
  };

  return {
    check: (project) =>
      check(project).catch((error: unknown) => {
        // a failed check must not stop deadlines
        deps.log.debug(
          { err: error },
          'it is not known yet which installation manages this project',
        );
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
          ? `${whoIs(asked.by)} runs on this project too, and only observes it`
          : null,
    }),
    close: release,
  };
}

const whoIs = ({ home, pid }: Installation): string =>
  `the installation in ${home}${pid === null ? '' : ` (process ${pid})`}`;

const elsewhereText = ({ is, project }: { is: Installation; project: string }): string =>
  `The project ${project} is managed by ${whoIs(is)}: this one opens and ends nothing. End that one, or name another project.`;

function parse(message: string): Installation | null {
  try {
    const { home, pid } = JSON.parse(message) as Partial<Installation>;
    return typeof home === 'string' ? { home, pid: typeof pid === 'number' ? pid : null } : null;
  } catch {
    return null;
  }
}

/**
 * Returns the installation that listens on the socket; null if none does. One that does not answer counts as alive.
 */
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
  // outside Linux, the socket file of a killed process remains; `askOwner` found that nobody listens
  const { rm } = await import('node:fs/promises');
  await rm(name, { force: true }).catch(() => undefined);
  return listen();
}

/**
 * Returns the installation whose guard runs for the project, which means that it has open windows there. An
 * installation that is known to be dead does not count. If we hold the claim (`since`, epoch ms), only a guard that
 * is older than our own counts.
 * @param here whether the Engine runs on this machine, so that a missing folder exists nowhere else
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

/**
 * Whether an installation has written no sign of life for long. An unreadable file does not count as dead; a missing
 * one does if the Engine runs on this machine.
 */
async function isDead(home: string, here: boolean): Promise<boolean> {
  try {
    const file = await readFile(join(home, 'guard', 'alive.json'), 'utf8');
    const { at_ms = 0 } = JSON.parse(file) as { at_ms?: number };
    return Date.now() - at_ms > defaultGoneMs;
  } catch (error) {
    return here && (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/**
 * Returns the installation whose madre runs in a container of this Engine, with our compose file or in our project.
 */
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
