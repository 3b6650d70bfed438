import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Docker from 'dockerode';

/** A static shell with its tools, about 2 MB, which tests and benchmarks run as a trivial service. */
const tinyImage = 'vx11-tiny:local';
const maker = fileURLToPath(new URL('base-image.mjs', import.meta.url));

/**
 * Builds the tiny image if it is missing (0.5 s, from this machine's own files, so no registry is needed) and returns its
 * name. Throws if the Engine does not answer or the machine has no static busybox.
 */
export async function ensureTinyImage(): Promise<string> {
  const exists = await new Docker()
    .getImage(tinyImage)
    .inspect()
    .then(() => true)
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return false;
      throw error;
    });
  if (!exists) await promisify(execFile)(process.execPath, [maker, 'tiny', tinyImage]);
  return tinyImage;
}
