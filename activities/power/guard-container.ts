import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { within } from '../deadline.ts';
import { createKeyedLock } from '../lock.ts';

/** `blind` runs, and does not say that it reads what is written for it. */
export type GuardState = 'running' | 'blind' | 'idle' | 'off' | 'unavailable';

/** The dead man's switch: a container that ends services when all of VX11 is dead. One an installation. */
export interface Guard {
  /** Starts it if it does not run. Never throws: a window without it still opens, and every status says so. */
  ensure(): Promise<void>;
  /** Takes it away; for when no window holds anything. */
  retire(): Promise<void>;
  /**
   * Compares what the guard says it has read with a sign of life that was written for it just now.
   * @returns whether it went blind by that, or began to see; null where nothing changed
   */
  confirm(stamp: number): Promise<'blind' | 'seeing' | null>;
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

export const guardName = (home: string): string =>
  `vx11-guard-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;

export function createGuard(deps: GuardDeps): Guard {
  const name = guardName(deps.home);
  let state: GuardState = deps.enabled ? 'idle' : 'off';
  let reason: string | null = deps.enabled ? null : 'switched off by VX11_GUARD';
  // starting and taking away would cross: one after the other
  const turn = createKeyedLock();
  let seenAt = -Infinity;
  /** The oldest sign of life that it has not said to have read, and since when it runs beside that; steady ms. */
  let unread: { stamp: number; since: number } | null = null;
  let blind = false;

  const start = async (): Promise<void> => {
    try {
      const first = seenAt === -Infinity;
      await within(15_000, 'starting the guard', startContainer(deps, name, first));
      seenAt = performance.now();
      state = 'running';
      reason = null;
    } catch (error) {
      state = 'unavailable';
      reason = error instanceof Error ? error.message : String(error);
      deps.log.error(
        { err: error },
        'the guard does not run: deadlines rest on this process alone',
      );
    }
  };
  return {
    async ensure() {
      if (!deps.enabled) return;
      // seen a moment ago is good enough: the settle loop looks again every round
      if (state === 'running' && performance.now() - seenAt < freshMs) return;
      await turn.run(name, async () => {
        if (state !== 'running' || performance.now() - seenAt >= freshMs) await start();
      });
    },
    retire: () =>
      turn.run(name, async () => {
        if (state !== 'running') return;
        state = 'idle';
        await deps.docker
          .getContainer(name)
          .remove({ force: true })
          .catch(() => undefined); // gone is what we want; otherwise its own idle rule takes it
      }),
    async confirm(stamp) {
      const before = blind;
      if (unread !== null && (await deps.echoed()) >= unread.stamp) unread = null;
      if (state !== 'running') {
        unread = null;
        blind = false;
        return null;
      }
      unread ??= { stamp, since: performance.now() };
      blind = performance.now() - unread.since > sightMs;
      if (blind === before) return null;
      return blind ? 'blind' : 'seeing';
    },
    state: () => (blind ? { state: 'blind', reason: blindness(deps.folder) } : { state, reason }),
  };
}

const blindness = (folder: string): string =>
  `it runs, and does not say that it reads ${folder}, perhaps since the Engine sees another filesystem there: ` +
  'deadlines rest on madre alone';

/** @param first this process has not met it before: it may be one of an older version, which is replaced */
async function startContainer(deps: GuardDeps, name: string, first: boolean): Promise<void> {
  const container = deps.docker.getContainer(name);
  const known = await container.inspect().catch(() => null);
  if (known?.State.Running === true && !(first && (await isOld(deps, known.Image)))) return;
  if (known !== null) await container.remove({ force: true });
  await mkdir(deps.folder, { recursive: true });
  const { uid } = await stat(deps.folder);
  const { gid: socketGroup } = await stat(deps.socket);
  const guard = await deps.docker.createContainer({
    name,
    Image: deps.image,
    User: String(uid),
    Cmd: guardCommand,
    Env: [`VX11_GUARD_DIR=/guard`, `VX11_DOCKER_SOCKET=/var/run/docker.sock`],
    Labels: { 'vx11.role': 'guard', 'vx11.home': deps.home, 'vx11.project': deps.project() },
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
  });
  await guard.start();
}

const isOld = async ({ docker, image }: GuardDeps, imageId: string): Promise<boolean> => {
  const newest = await docker
    .getImage(image)
    .inspect()
    .catch(() => null);
  return newest !== null && newest.Id !== imageId;
};

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
