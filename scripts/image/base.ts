import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';

const published = 'node:24-slim';
const pullLimitMs = 180_000;

/**
 * Returns the base image: the published one if the Engine has it or can pull it, otherwise one built from this machine
 * (`maker` is scripts/base-image.mjs), for the sandbox with Python. Throws the maker's error if neither works.
 */
export async function baseImage(
  docker: Docker,
  maker: string,
  kind: 'node' | 'audio' | 'sandbox',
): Promise<string> {
  if (await hasImage(docker, published)) return published;
  const made = `vx11-base:${kind}-${process.versions.node}`;
  if (await hasImage(docker, made)) return made;
  console.log(`Pulling ${published}`);
  const pulled = await pull(docker).then(
    () => true,
    () => false,
  );
  if (pulled) return published;
  console.log(`No registry answers; building ${made} from this machine's files`);
  await promisify(execFile)(process.execPath, [maker, kind, made]);
  return made;
}

/** Returns whether the Engine has an image. Throws if the Engine does not answer. */
export function hasImage(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getImage(name)
    .inspect()
    .then(() => true)
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return false;
      throw error;
    });
}

async function pull(docker: Docker) {
  const abortSignal = AbortSignal.timeout(pullLimitMs);
  await followed(docker, await docker.pull(published, { abortSignal }));
}

/** Waits for the end of a streamed answer of the Engine. Throws the error in it, if there is one. */
export function followed(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output: { error?: string }[] | null) => {
      const failure = output?.find((line) => line.error)?.error;
      if (error ?? failure) reject(error ?? new Error(failure));
      else resolve();
    });
  });
}
