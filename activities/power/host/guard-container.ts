import { constants } from 'node:fs';
import { access, mkdir, rm, stat } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { timeout } from '../../../platform/concurrency/timeout.ts';
import { createKeyedLock } from '../../../platform/concurrency/lock.ts';
import { sha256 } from '../../../platform/hash.ts';
import { isRootless } from '../../engine/rootless.ts';

/** `blind`: it runs, but does not confirm that it reads its files. */
export type GuardState = 'running' | 'blind' | 'idle' | 'off' | 'unavailable';

/** The dead man's switch: a container that stops services if all of VX11 is dead. One per installation. */
export interface Guard {
  /**
   * Starts the guard if it does not run, and recreates it if it does not read our files. Never throws and never waits
   * long: a window still opens without the guard, and every status reports that.
   */
  ensure(): Promise<void>;
  /** Removes the guard, once no window holds anything. */
  retire(): Promise<void>;
  /**
   * Compares the sign of life that the guard confirmed with the one that was just written.
   * @param stamp the sign of life; null if it could not be written
   * @returns whether the guard just became blind or sees again; null if nothing changed
   */
  confirm(stamp: number | null): Promise<'blind' | 'seeing' | null>;
  state(): { state: GuardState; reason: string | null };
  /** For how long it has been needed without confirming a sign of life, in ms; 0 if nothing needs it. */
  unseenMs(): number;
}

interface GuardDeps {
  docker: Docker;
  enabled: boolean;
  image: string;
  /** The installation's folder; its hash is in the container's name. */
  home: string;
  folder: string;
  /** The compose project, so that other installations know whose windows it guards. */
  project: () => string;
  socket: string;
  /** The latest sign of life that the guard has confirmed. */
  echoed: () => Promise<number>;
  log: Logger;
}

/** A running guard has this long to confirm a sign of life. It reads its files twice a second. */
const sightMs = 10_000;
/** How long the result of a check of the guard's container stays valid. */
const freshMs = 4000;
/** Time limit of one Engine call about the guard. */
const callMs = 10_000;
/** Time limit of the whole start. */
const startMs = 15_000;
/** How long to wait for the lock on the guard's container: longer than the work of the previous holder may take. */
const turnMs = 60_000;
/** How long an opening waits for the guard before it continues without it. */
const patienceMs = 5000;
/** First pause before a blind guard is recreated; it doubles up to the longest pause. */
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;

export const guardName = (home: string): string => `vx11-guard-${sha256(home).slice(0, 8)}`;

/** Label with the identity of the guard's folder, since the path may lead to another folder by now. */
const folderLabel = 'vx11.guard-folder';

export function createGuard(deps: GuardDeps): Guard {
  const name = guardName(deps.home);
  let state: GuardState = deps.enabled ? 'idle' : 'off';
  let reason: string | null = deps.enabled ? null : 'switched off by VX11_GUARD';
  // starting and removing must not overlap
  const lock = createKeyedLock(turnMs);
  let seenAt = -Infinity;
  /** Identity of the running guard's folder. */
  let given: string | null = null;
  /** The oldest unconfirmed sign of life, and since when the guard has run without confirming it (monotonic ms). */
  let unread: { stamp: number; since: number } | null = null;
  let blind = false;
  /** Since when the guard has been needed and could not be started (monotonic ms). */
  let absentSince: number | null = null;
  /** The start in progress; concurrent callers wait for it. */
  let starting: Promise<void> | null = null;
  let remake = { pauseMs: firstPauseMs, notBefore: -Infinity };

  const start = async (): Promise<void> => {
    try {
      const first = seenAt === -Infinity;
      const again = blind && performance.now() >= remake.notBefore;
      if (again) {
        const pauseMs = Math.min(2 * remake.pauseMs, longestPauseMs);
        remake = { pauseMs, notBefore: performance.now() + remake.pauseMs };
        deps.log.warn('the guard does not read our files; recreating it');
      }
      const made = await timeout(
        startMs,
        'starting the guard',
        startContainer(deps, name, { first, again }),
      );
      seenAt = performance.now();
      state = 'running';
      reason = null;
      given = made.folder;
      if (made.fresh) unread = null; // a new guard has its own time to confirm
    } catch (error) {
      state = 'unavailable';
      reason = error instanceof Error ? error.message : String(error);
      deps.log.error(
        { err: error },
        'the guard does not run: deadlines rest on this process alone',
      );
    }
  };
  /**
   * Skips the check if it is recent, unless a blind guard may be recreated now: the reconcile loop checks again every
   * round.
   */
  const isFresh = (): boolean =>
    state === 'running' &&
    performance.now() - seenAt < freshMs &&
    !(blind && performance.now() >= remake.notBefore);
  const isRunning = (): boolean => state === 'running';
  return {
    async ensure() {
      if (!deps.enabled || isFresh()) return;
      const done = (starting ??= lock
        .run(name, async () => {
          if (!isFresh()) await start();
        })
        .finally(() => (starting = null)));
      try {
        await timeout(patienceMs, 'the guard', done);
      } catch {
        if (isRunning()) return;
        state = 'unavailable';
        reason = `the Engine did not answer about it within ${patienceMs / 1000} s; trying again`;
      }
    },
    retire: () =>
      lock.run(name, async () => {
        if (state !== 'running') return;
        state = 'idle';
        const container = deps.docker.getContainer(name);
        const removal = container.remove({ force: true });
        // if this fails, the guard's own idle rule ends it
        await timeout(callMs, 'removing the guard', removal).catch(() => undefined);
      }),
    async confirm(stamp) {
      const before = blind;
      const read = unread !== null && (await deps.echoed()) >= unread.stamp;
      if (read) unread = null;
      absentSince = state === 'unavailable' ? (absentSince ?? performance.now()) : null;
      if (state !== 'running') {
        unread = null;
        blind = false;
        return null;
      }
      // a sign of life that was not written cannot be confirmed: any later one counts
      unread ??= { stamp: stamp ?? Infinity, since: performance.now() };
      if (stamp !== null) unread.stamp = Math.min(unread.stamp, stamp);
      const isElsewhere = given !== null && given !== (await identify(deps.folder));
      if (isElsewhere || performance.now() - unread.since > sightMs) blind = true;
      else if (read) blind = false;
      if (blind === before) return null;
      if (!blind) remake = { pauseMs: firstPauseMs, notBefore: -Infinity };
      return blind ? 'blind' : 'seeing';
    },
    unseenMs() {
      const since = unread?.since ?? absentSince;
      return since === null ? 0 : performance.now() - since;
    },
    state: () => (blind ? { state: 'blind', reason: blindness(deps.folder) } : { state, reason }),
  };
}

const blindness = (folder: string): string =>
  `it runs, and does not say that it reads ${folder}, perhaps since the Engine sees another filesystem there: ` +
  'deadlines rest on madre alone';

/** The identity of the folder at a path; a recreated folder has a different one. Null if there is no folder. */
const identify = (folder: string): Promise<string | null> =>
  stat(folder).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );

/**
 * Makes sure that the folder exists and is writable. Replaces a folder that is not, such as one that the Engine
 * created.
 */
async function ensureFolder(folder: string): Promise<void> {
  const isOurs = () =>
    access(`${folder}/.`, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  if (await isOurs()) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

interface Found {
  /** Identity of the guard's folder; null if it has no label. */
  folder: string | null;
  /** It was just created. */
  fresh: boolean;
}

/**
 * @param how first: this process has not checked the guard yet, so it may be an older version, which is replaced;
 * again: it runs, but does not read our files
 */
async function startContainer(
  deps: GuardDeps,
  name: string,
  how: { first: boolean; again: boolean },
): Promise<Found> {
  const call = <T>(what: string, work: Promise<T>): Promise<T> => timeout(callMs, what, work);
  const container = deps.docker.getContainer(name);
  const known = await call('looking for the guard', container.inspect()).catch(
    (error: { statusCode?: number }) => {
      if (error.statusCode === 404) return null;
      throw error;
    },
  );
  const given = known?.Config?.Labels?.[folderLabel] ?? null;
  if (known?.State.Running === true && !how.again) {
    const isElsewhere = given !== null && given !== (await identify(deps.folder));
    const isOld = how.first && (await isOlder(deps, known.Image));
    if (!isElsewhere && !isOld) return { folder: given, fresh: false };
  }
  if (known !== null) await call('removing the guard', container.remove({ force: true }));
  await ensureFolder(deps.folder);
  const folder = await identify(deps.folder);
  const { user, groups } = await ownerOf(deps);
  const guard = await call(
    'making the guard',
    deps.docker.createContainer({
      name,
      Image: deps.image,
      User: user,
      Cmd: guardCommand,
      Env: [`VX11_GUARD_DIR=/guard`, `VX11_DOCKER_SOCKET=/var/run/docker.sock`],
      Labels: {
        'vx11.role': 'guard',
        'vx11.home': deps.home,
        'vx11.project': deps.project(),
        ...(folder === null ? {} : { [folderLabel]: folder }),
      },
      NetworkDisabled: true,
      HostConfig: {
        Binds: [`${deps.folder}:/guard`, `${deps.socket}:/var/run/docker.sock`],
        GroupAdd: groups,
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Memory: 64 * 1024 ** 2,
        PidsLimit: 32,
        RestartPolicy: { Name: 'always' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      },
    }),
  );
  await call('starting the guard', guard.start());
  return { folder, fresh: true };
}

/** The user who may read the folder, and the groups that may use the socket, as the guard's container knows them. */
async function ownerOf({
  docker,
  folder,
  socket,
}: GuardDeps): Promise<{ user: string; groups: string[] }> {
  const asked = docker.info() as Promise<{ SecurityOptions?: string[] }>;
  const { SecurityOptions } = await timeout(callMs, 'asking about the Engine', asked);
  if (isRootless(SecurityOptions)) return { user: '0', groups: [] };
  const [{ uid }, { gid }] = await Promise.all([stat(folder), stat(socket)]);
  return { user: String(uid), groups: [String(gid)] };
}

async function isOlder({ docker, image }: GuardDeps, imageId: string): Promise<boolean> {
  const looking = docker.getImage(image).inspect();
  const newest = await timeout(callMs, 'looking for its image', looking).catch(() => null);
  return newest !== null && newest.Id !== imageId;
}

/** A small heap and few threads: the guard reads a handful of files and speaks a little HTTP, in under 32 MB. */
const guardCommand = [
  'node',
  '--max-old-space-size=24',
  '--max-semi-space-size=1',
  '--single-threaded',
  '--liftoff-only',
  '--optimize-for-size',
  'guard/main.ts',
];
