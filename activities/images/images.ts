import type Docker from 'dockerode';
import { isOfPlatform, registryOf, type LocalImage } from '../../domain/services/image-source.ts';
import { fitsOnDisk, noDiskRoom, type Disk } from '../../domain/services/image-failure.ts';
import {
  afterMessage,
  missingBytes,
  pullProgress,
  type PullProgress,
  type PullState,
} from '../../domain/services/pull-progress.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { callEngine, isGone } from '../engine/engine-error.ts';
import { credentialsFor } from './credentials.ts';
import { dataDisk } from './disk.ts';
import { pullImage, PullError } from './pull.ts';
import { createSharedWork } from './shared-work.ts';

/** A pull was refused or broken off because the disk would fill up; `message` is the whole sentence. */
export class DiskFullError extends Error {
  override name = 'DiskFullError';
}

export interface ImageWanted {
  ref: string;
  platform: string | null;
}

/** The images of one Engine. */
export interface Images {
  /** The image of that name, as far as it is of the platform; null where there is none. */
  find(wanted: ImageWanted): Promise<LocalImage | null>;
  /**
   * Pulls an image: one pull for all who want the same, which ends when the last of them leaves.
   * @throws PullError, DiskFullError; the reason of `signal` when that is aborted
   */
  pull(
    wanted: ImageWanted,
    on: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Builds the image of a service with Compose, once for all who want it. @param on hears each line of its output */
  build(service: string, on: (line: string) => void, signal: AbortSignal): Promise<void>;
}

const callMs = 10_000;

/** How often the disk is looked at while an image comes. */
const diskEveryMs = 2000;

export interface ImagesDeps {
  docker: Docker;
  /** The folder of Docker's own config.json. */
  dockerConfig: string;
  build: (service: string, on: (line: string) => void, signal: AbortSignal) => Promise<void>;
  /** Tests fill the disk. */
  disk?: () => Promise<Disk | null>;
}

export function createImages(deps: ImagesDeps): Images {
  const { docker } = deps;
  const disk = deps.disk ?? dataDisk(docker);
  const pulls = createSharedWork<PullProgress>();
  const builds = createSharedWork<string>();

  const find: Images['find'] = ({ ref, platform }) =>
    callEngine('image', async () => {
      try {
        const found = await timeout(callMs, 'image', docker.getImage(ref).inspect());
        const image = localImage(found);
        return isOfPlatform(image, platform) ? image : null;
      } catch (error) {
        // a name that no image can have is no image's
        if (isGone(error) || (error as { statusCode?: number }).statusCode === 400) return null;
        throw error;
      }
    });

  const pullOnce = async (
    wanted: ImageWanted,
    tell: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    const auth = await credentialsFor(deps.dockerConfig, registryOf(wanted.ref));
    const full = new AbortController();
    let state: PullState = new Map();
    const watchDisk = async (): Promise<void> => {
      const room = await disk();
      const missing = missingBytes(state);
      if (room !== null && !fitsOnDisk(room, missing))
        full.abort(new DiskFullError(noDiskRoom(wanted.ref, room, missing).detail));
    };
    await watchDisk();
    full.signal.throwIfAborted();
    const watch = setInterval(() => void watchDisk(), diskEveryMs);
    tell(pullProgress(state));
    try {
      await pullImage(
        docker,
        { ...wanted, auth },
        (message) => {
          const next = afterMessage(state, message);
          if (next === state) return;
          const grew = missingBytes(next) > missingBytes(state);
          state = next;
          if (grew) void watchDisk();
          tell(pullProgress(state));
        },
        AbortSignal.any([signal, full.signal]),
      );
    } finally {
      clearInterval(watch);
    }
    if ((await find(wanted)) === null)
      throw new PullError(`no matching manifest for ${wanted.platform ?? 'this host'}`);
  };

  return {
    find,
    pull: (wanted, on, signal) =>
      pulls.run(`${wanted.ref} ${wanted.platform ?? ''}`, signal, on, (tell, ended) =>
        pullOnce(wanted, tell, ended),
      ),
    build: (service, on, signal) =>
      builds.run(service, signal, on, (tell, ended) => deps.build(service, tell, ended)),
  };
}

function localImage(found: Docker.ImageInspectInfo): LocalImage {
  const { Metadata, Variant } = found as { Metadata?: { LastTagTime?: string }; Variant?: string };
  const tagged = Date.parse(Metadata?.LastTagTime ?? '');
  return {
    id: found.Id,
    tagged_at: Number.isNaN(tagged) ? 0 : Math.max(0, tagged),
    os: found.Os,
    architecture: found.Architecture,
    variant: Variant ?? '',
  };
}
