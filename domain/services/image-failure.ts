import type { ServiceFailure } from '../../contracts/window.ts';
import { registryOf } from './image-source.ts';
import { amount } from './pull-progress.ts';

type Failure = Pick<ServiceFailure, 'error' | 'detail'>;

/** The facts about a failed pull. */
export interface FailedPull {
  ref: string;
  service: string;
  platform: string | null;
  /** The host has an older version of the image. */
  present: boolean;
  /** Part of the image had already been downloaded. */
  began: boolean;
  /** The Engine's error text. */
  message: string;
}

/** The first matching pattern decides. The patterns match messages of the Engine's registry client. */
const causes: [RegExp, (pull: FailedPull, host: string) => Failure][] = [
  [
    /no space left on device/i,
    ({ ref }) => ({
      error: 'disk_full',
      detail: `Docker's disk became full during the pull of ${ref}; free some space, for example with docker image prune, and open the window again`,
    }),
  ],
  [
    /toomanyrequests|too many requests|rate limit|status(?: code)?:? 429/i,
    ({ ref }, host) => ({
      error: 'pull_failed',
      detail: `${host} refused to serve ${ref} because of its rate limit; wait, or run docker login ${host}`,
    }),
  ],
  [
    /unauthorized|authentication required|incorrect username or password|no basic auth credentials/i,
    ({ ref }, host) => ({
      error: 'pull_failed',
      detail: `${host} rejected Docker's credentials for ${ref}; run docker login ${host} as the user who runs VX11`,
    }),
  ],
  [
    /no matching manifest for|does not match the specified platform|no match for platform/i,
    ({ ref, platform }, host) => ({
      error: 'pull_failed',
      detail: `${host} has ${ref}, but not for ${platform ?? 'the platform of this host'}; set another tag or platform in the compose file`,
    }),
  ],
  [
    /manifest unknown|manifest for .* not found|name unknown|repository .* not found|: not found/i,
    (pull, host) => ({
      error: missingUnlessPresent(pull),
      detail: `${host} has no image ${pull.ref}; correct its name in the compose file, or run docker compose build ${pull.service} if it can be built`,
    }),
  ],
  [
    /denied|forbidden/i,
    (pull, host) => ({
      error: missingUnlessPresent(pull),
      detail: `${host} denied access to ${pull.ref}: it does not exist or needs a login; correct its name in the compose file, or run docker login ${host}`,
    }),
  ],
  [
    /invalid reference format|invalid tag|invalid repository name/i,
    ({ ref }) => ({
      error: 'pull_failed',
      detail: `${ref} is not a valid image name; correct image: in the compose file`,
    }),
  ],
  [
    /dial tcp|no such host|connection refused|timeout|timed out|deadline exceeded|network is unreachable|TLS|x509|EOF|connection reset|no answer|HTTP response to HTTPS/i,
    (pull, host) =>
      pull.began
        ? {
            error: 'pull_failed',
            detail: `the connection to ${host} was lost during the pull of ${pull.ref} (${pull.message}); open the window again to retry`,
          }
        : {
            error: missingUnlessPresent(pull),
            detail: `${host} cannot be reached (${pull.message}), and ${
              pull.present
                ? 'the pull policy requires a newer image'
                : 'the image is not on this host'
            }; run docker compose pull ${pull.service} or docker compose build ${pull.service} when it can be reached`,
          },
  ],
];

const missingUnlessPresent = ({ present }: FailedPull): Failure['error'] =>
  present ? 'pull_failed' : 'image_missing';

/** Why an image could not be pulled, and what to do next. */
export function pullFailure(pull: FailedPull): Failure {
  const host = registryOf(pull.ref);
  const cause = causes.find(([pattern]) => pattern.test(pull.message));
  return (
    cause?.[1](pull, host) ?? {
      error: 'pull_failed',
      detail: `${pull.ref} could not be pulled: ${pull.message}`,
    }
  );
}

/** The failure for an image that is not on the host and that the pull policy does not allow to pull. */
export const absentImage = (service: string, ref: string): Failure => ({
  error: 'image_missing',
  detail: `its image ${ref} is not on this host, and its pull policy does not allow pulling it; run docker compose pull ${service} or docker compose build ${service}`,
});

/** @param lines the last lines of the build output, the newest last */
export function buildFailure(service: string, lines: readonly string[]): Failure {
  const cause = lines.join('\n');
  if (/no space left on device/i.test(cause))
    return {
      error: 'disk_full',
      detail: `Docker's disk became full during the build of ${service}; free some space, for example with docker builder prune, and open the window again`,
    };
  return {
    error: 'build_failed',
    detail: `its image could not be built; run docker compose build ${service} to see the full output. The last lines are:\n${cause}`,
  };
}

/** Free space and size of the Engine's image disk, in bytes. */
export interface Disk {
  free: number;
  size: number;
}

/** The space that a pull must leave free: `bytes`, or the fraction `part` of a small disk. */
const reserve = { bytes: 256 * 1024 ** 2, part: 0.02 };

/**
 * Whether the rest of a pull fits on the disk. An unpacked layer takes at least its compressed size.
 * @param missing compressed bytes that are still to be downloaded
 */
export function fitsOnDisk(disk: Disk, missing: number): boolean {
  return disk.free - missing >= Math.min(reserve.bytes, reserve.part * disk.size);
}

export const noDiskRoom = (ref: string, disk: Disk, missing: number): Failure => ({
  error: 'disk_full',
  detail: `${ref} needs at least ${amount(missing)} more on Docker's disk, which has ${amount(disk.free)} free; free some space, for example with docker image prune, and open the window again`,
});
