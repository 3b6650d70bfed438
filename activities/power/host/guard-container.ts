import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, rm, stat } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { timeout } from '../../../platform/concurrency/timeout.ts';
import { createKeyedLock } from '../../../platform/concurrency/lock.ts';

/** `blind` runs, and does not say that it reads what is written for it. */
export type GuardState = 'running' | 'blind' | 'idle' | 'off' | 'unavailable';

/** The dead man's switch: a container that ends services when all of VX11 is dead. One an installation. */
export interface Guard {
  /**
   * Starts it if it does not run, and makes it again where it reads nothing of ours. Never throws, and never waits
   * long: a window without it still opens, and every status says so.
   */
  ensure(): Promise<void>;
  /** Takes it away; for when no window holds anything. */
  retire(): Promise<void>;
  /**
   * Compares what the guard says it has read with a sign of life that was written for it just now.
   * @param stamp the sign of life; null where it could not be written
   * @returns whether it went blind by that, or began to see; null where nothing changed
   */
  confirm(stamp: number | null): Promise<'blind' | 'seeing' | null>;
  state(): { state: GuardState; reason: string | null };
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
  /** The newest sign of life that the guard says it has read. */
  echoed: () => Promise<number>;
  log: Logger;
}

/** A guard that runs gets this long to say that it has read a sign of life: it looks twice a second. */
const sightMs = 10_000;
/** How long a look at the guard is good for. */
const freshMs = 4000;
/** How long the Engine may take over one call about the guard. */
const callMs = 10_000;
/** How long starting it may take in all. */
const startMs = 15_000;
/** A turn at the guard's container: more than what is before it may take. */
const turnMs = 60_000;
/** An opening waits this long for the guard, and goes on without it. */
const patienceMs = 5000;
/** A guard that stays blind is made again after this long, then twice as long, up to the longest pause. */
const firstPauseMs = 10_000;
const longestPauseMs = 600_000;

export const guardName = (home: string): string =>
  `vx11-guard-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;

/** The label that says which folder the guard was given: the path may lead to another one by now. */
const folderLabel = 'vx11.guard-folder';

export function createGuard(deps: GuardDeps): Guard {
  const name = guardName(deps.home);
  let state: GuardState = deps.enabled ? 'idle' : 'off';
  let reason: string | null = deps.enabled ? null : 'switched off by VX11_GUARD';
  // starting and taking away would cross: one after the other
  const turn = createKeyedLock(turnMs);
  let seenAt = -Infinity;
  /** The folder that the running guard was given. */
  let given: string | null = null;
  /** The oldest sign of life that it has not said to have read, and since when it runs beside that; steady ms. */
  let unread: { stamp: number; since: number } | null = null;
  let blind = false;
  /** Who comes while it is being started waits for that. */
  let starting: Promise<void> | null = null;
  let remake = { pauseMs: firstPauseMs, notBefore: -Infinity };

  const start = async (): Promise<void> => {
    try {
      const first = seenAt === -Infinity;
      const again = blind && performance.now() >= remake.notBefore;
      if (again) {
        const pauseMs = Math.min(2 * remake.pauseMs, longestPauseMs);
        remake = { pauseMs, notBefore: performance.now() + remake.pauseMs };
        deps.log.warn('the guard reads nothing of ours, and is made again');
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
      if (made.fresh) unread = null; // what was not read counts anew
    } catch (error) {
      state = 'unavailable';
      reason = error instanceof Error ? error.message : String(error);
      deps.log.error(
        { err: error },
        'the guard does not run: deadlines rest on this process alone',
      );
    }
  };
  /** Seen a moment ago is good enough, as long as it may see: the settle loop looks again every round. */
  const isFresh = (): boolean =>
    state === 'running' &&
    performance.now() - seenAt < freshMs &&
    !(blind && performance.now() >= remake.notBefore);
  const isRunning = (): boolean => state === 'running';
  return {
    async ensure() {
      if (!deps.enabled || isFresh()) return;
      const done = (starting ??= turn
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
      turn.run(name, async () => {
        if (state !== 'running') return;
        state = 'idle';
        const container = deps.docker.getContainer(name);
        const removal = container.remove({ force: true });
        // gone is what we want; otherwise its own idle rule takes it
        await timeout(callMs, 'removing the guard', removal).catch(() => undefined);
      }),
    async confirm(stamp) {
      const before = blind;
      const read = unread !== null && (await deps.echoed()) >= unread.stamp;
      if (read) unread = null;
      if (state !== 'running') {
        unread = null;
        blind = false;
        return null;
      }
      // what was not written cannot be read: any later one that it reads is good
      unread ??= { stamp: stamp ?? Infinity, since: performance.now() };
      if (stamp !== null) unread.stamp = Math.min(unread.stamp, stamp);
      const isElsewhere = given !== null && given !== (await identify(deps.folder));
      if (isElsewhere || performance.now() - unread.since > sightMs) blind = true;
      else if (read) blind = false;
      if (blind === before) return null;
      if (!blind) remake = { pauseMs: firstPauseMs, notBefore: -Infinity };
      return blind ? 'blind' : 'seeing';
    },
    state: () => (blind ? { state: 'blind', reason: blindness(deps.folder) } : { state, reason }),
  };
}

const blindness = (folder: string): string =>
  `it runs, and does not say that it reads ${folder}, perhaps since the Engine sees another filesystem there: ` +
  'deadlines rest on madre alone';

/** Which folder a path leads to: one that was removed and made again is another one. Null where there is none. */
const identify = (folder: string): Promise<string | null> =>
  stat(folder).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );

/** A folder that we may write; what stands in its place, an Engine's own of another owner say, is removed. */
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
  /** The folder that the guard was given; null where its label does not say it. */
  folder: string | null;
  /** It was made just now. */
  fresh: boolean;
}

/**
 * @param how first: this process has not met it before, so it may be one of an older version, which is replaced;
 *   again: it runs and reads nothing of ours
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
  const { uid } = await stat(deps.folder);
  const { gid: socketGroup } = await stat(deps.socket);
  const guard = await call(
    'making the guard',
    deps.docker.createContainer({
      name,
      Image: deps.image,
      User: String(uid),
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
        GroupAdd: [String(socketGroup)],
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
