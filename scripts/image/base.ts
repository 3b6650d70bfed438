import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type Docker from 'dockerode';

const published = 'node:24-slim';
const pullLimitMs = 180_000;

/**
 * The image to build on: the published one when the Engine has it or can pull it, else one made from this machine
 * (`maker` is scripts/base-image.mjs), with Python as well where it is for the sandbox. Throws what the maker said
 * where neither works.
 */
export async function baseImage(
  docker: Docker,
  maker: string,
  kind: 'node' | 'sandbox',
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
  console.log(`No registry answers: making ${made} from this machine`);
  await promisify(execFile)(process.execPath, [maker, kind, made]);
  return made;
}

/** Whether the Engine has an image. Throws where the Engine is away. */
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

/** Waits for the end of an answer that the Engine streams, and throws the error that it may hold. */
export function followed(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error, output: { error?: string }[] | null) => {
      const told = output?.find((line) => line.error)?.error;
      if (error ?? told) reject(error ?? new Error(told));
      else resolve();
    });
  });
}
