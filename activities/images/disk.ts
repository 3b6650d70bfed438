import { statfs } from 'node:fs/promises';
import type Docker from 'dockerode';
import type { Disk } from '../../domain/services/image-failure.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';

const infoMs = 10_000;

/**
 * Returns the free and total space of the Engine's data disk; null if this process cannot see it, as inside a
 * container.
 */
export function dataDisk(docker: Docker): () => Promise<Disk | null> {
  let root: Promise<string> | null = null;
  const ask = async (): Promise<string> => {
    const info = (await timeout(infoMs, 'info', docker.info())) as { DockerRootDir?: string };
    return info.DockerRootDir ?? '';
  };
  return async () => {
    try {
      root ??= ask();
      const { bavail, bsize, blocks } = await statfs(await root);
      return { free: bavail * bsize, size: blocks * bsize };
    } catch {
      root = null;
      return null;
    }
  };
}
