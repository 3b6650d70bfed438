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

/** A pull was refused or aborted because it would fill the disk. `message` is a complete sentence. */
export class DiskFullError extends Error {
  override name = 'DiskFullError';
}

export interface ImageWanted {
  ref: string;
  platform: string | null;
}

/** The images of one Engine. */
export interface Images {
  /** The local image with this name and platform; null if there is none. */
  find(wanted: ImageWanted): Promise<LocalImage | null>;
  /**
   * Pulls an image. Concurrent callers share one pull, which is aborted when the last of them leaves.
   * @throws PullError, DiskFullError; the reason of `signal` on abort
   */
  pull(
    wanted: ImageWanted,
    on: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Builds the image of a service with Compose; concurrent callers share one build.
   * @param on gets each output line
   */
  build(service: string, on: (line: string) => void, signal: AbortSignal): Promise<void>;
}

const callMs = 10_000;

/** How often free disk space is checked during a pull. */
const diskEveryMs = 2000;

export interface ImagesDeps {
  docker: Docker;
  /** The folder of Docker's config.json. */
  dockerConfig: string;
  build: (service: string, on: (line: string) => void, signal: AbortSignal) => Promise<void>;
  /** Replaced in tests, to simulate a full disk. */
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
        // 400: the name is not valid, so no image has it
        if (isGone(error) || (error as { statusCode?: number }).statusCode === 400) return null;
        throw error;
      }
    });

  const pullOnce = async (
    wanted: ImageWanted,
    report: (progress: PullProgress) => void,
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
    report(pullProgress(state));
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
          report(pullProgress(state));
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
      pulls.run(`${wanted.ref} ${wanted.platform ?? ''}`, signal, on, (report, ended) =>
        pullOnce(wanted, report, ended),
      ),
    build: (service, on, signal) =>
      builds.run(service, signal, on, (report, ended) => deps.build(service, report, ended)),
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
