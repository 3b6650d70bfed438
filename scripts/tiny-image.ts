import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Docker from 'dockerode';

/** Only a static shell with its tools, about 2 MB: what tests and benches start as a trivial service. */
const tinyImage = 'vx11-tiny:local';
const maker = fileURLToPath(new URL('base-image.mjs', import.meta.url));

/**
 * Makes the tiny image where it is missing (0.5 s; from this machine's own files, so no registry is needed) and
 * gives its name. Throws where the Engine is away or the machine has no static busybox.
 */
export async function ensureTinyImage(): Promise<string> {
  const there = await new Docker()
    .getImage(tinyImage)
    .inspect()
    .then(() => true)
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return false;
      throw error;
    });
  if (!there) await promisify(execFile)(process.execPath, [maker, 'tiny', tinyImage]);
  return tinyImage;
}
