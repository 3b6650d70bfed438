import type { ServiceFailure } from '../../contracts/window.ts';
import { registryOf } from './image-source.ts';
import { amount } from './pull-progress.ts';

type Failure = Pick<ServiceFailure, 'error' | 'detail'>;

/** What is known of a pull that failed. */
export interface FailedPull {
  ref: string;
  service: string;
  platform: string | null;
  /** The image is on the host in an older version. */
  present: boolean;
  /** Something of it had come already. */
  began: boolean;
  /** The Engine's own words. */
  message: string;
}

/** The first pattern that fits decides. The words are those of the Engine's registry client. */
const causes: [RegExp, (pull: FailedPull, host: string) => Failure][] = [
  [
    /no space left on device/i,
    ({ ref }) => ({
      error: 'disk_full',
      detail: `the disk of Docker filled up while ${ref} was pulled; make room, for example with docker image prune, and open again`,
    }),
  ],
  [
    /toomanyrequests|too many requests|rate limit|status(?: code)?:? 429/i,
    ({ ref }, host) => ({
      error: 'pull_failed',
      detail: `${host} refuses more pulls for now (rate limit), so ${ref} was not pulled; wait, or run docker login ${host}`,
    }),
  ],
  [
    /unauthorized|authentication required|incorrect username or password|no basic auth credentials/i,
    ({ ref }, host) => ({
      error: 'pull_failed',
      detail: `${host} did not accept the credentials that Docker has for ${ref}; run docker login ${host} as the user who runs VX11`,
    }),
  ],
  [
    /no matching manifest for|does not match the specified platform|no match for platform/i,
    ({ ref, platform }, host) => ({
      error: 'pull_failed',
      detail: `${host} has ${ref}, but not for ${platform ?? 'the platform of this host'}; name another tag, or another platform in the compose file`,
    }),
  ],
  [
    /manifest unknown|manifest for .* not found|name unknown|repository .* not found|: not found/i,
    (pull, host) => ({
      error: missingUnlessPresent(pull),
      detail: `${host} has no image ${pull.ref}; put its name right, or run docker compose build ${pull.service} where it can be built`,
    }),
  ],
  [
    /denied|forbidden/i,
    (pull, host) => ({
      error: missingUnlessPresent(pull),
      detail: `${host} denied ${pull.ref}: it does not exist there or needs a login; put its name right, or run docker login ${host}`,
    }),
  ],
  [
    /invalid reference format|invalid tag|invalid repository name/i,
    ({ ref }) => ({
      error: 'pull_failed',
      detail: `${ref} is not a name that an image can have; put image: right in the compose file`,
    }),
  ],
  [
    /dial tcp|no such host|connection refused|timeout|timed out|deadline exceeded|network is unreachable|TLS|x509|EOF|connection reset|no answer|HTTP response to HTTPS/i,
    (pull, host) =>
      pull.began
        ? {
            error: 'pull_failed',
            detail: `the connection to ${host} broke while ${pull.ref} was pulled (${pull.message}); open again to try once more`,
          }
        : {
            error: missingUnlessPresent(pull),
            detail: `${host} cannot be reached (${pull.message}), and ${
              pull.present ? 'its policy wants a newer image' : 'its image is not on this host'
            }; run docker compose pull ${pull.service} or docker compose build ${pull.service} when it can`,
          },
  ],
];

const missingUnlessPresent = ({ present }: FailedPull): Failure['error'] =>
  present ? 'pull_failed' : 'image_missing';

/** Why an image could not be pulled, in one sentence with what to do. */
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

/** An image that is not here and that nothing may fetch. */
export const absentImage = (service: string, ref: string): Failure => ({
  error: 'image_missing',
  detail: `its image ${ref} is not on this host, and its pull policy forbids to fetch it; run docker compose pull ${service} or docker compose build ${service}`,
});

/** @param lines the end of what the build printed, the newest last */
export function buildFailure(service: string, lines: readonly string[]): Failure {
  const cause = lines.join('\n');
  if (/no space left on device/i.test(cause))
    return {
      error: 'disk_full',
      detail: `the disk of Docker filled up while ${service} was built; make room, for example with docker builder prune, and open again`,
    };
  return {
    error: 'build_failed',
    detail: `its image could not be built; docker compose build ${service} shows all of it. It ended with:\n${cause}`,
  };
}

/** Free and whole bytes of the disk that the Engine keeps images on. */
export interface Disk {
  free: number;
  size: number;
}

/** What a pull leaves free for everybody else: so much, or this part of a small disk. */
const reserve = { bytes: 256 * 1024 ** 2, part: 0.02 };

/**
 * Whether what is still to come fits; unpacked it takes at least as much as it does on the way.
 * @param missing bytes that are still to be downloaded
 */
export function fitsOnDisk(disk: Disk, missing: number): boolean {
  return disk.free - missing >= Math.min(reserve.bytes, reserve.part * disk.size);
}

export const noDiskRoom = (ref: string, disk: Disk, missing: number): Failure => ({
  error: 'disk_full',
  detail: `${ref} needs at least ${amount(missing)} more on the disk of Docker, which has ${amount(disk.free)} free; make room, for example with docker image prune, and open again`,
});
