import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureTinyImage } from '../../scripts/tiny-image.ts';
import { startTemporal } from './temporal.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    tinyImage: string;
  }
}

/** One Temporal and one tiny image for all files: tests keep apart by task queues, hosts and project names. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-temporal-'));
  const [temporal, image] = await Promise.all([startTemporal({ folder }), ensureTinyImage()]);
  project.provide('temporalAddress', temporal.address);
  project.provide('tinyImage', image);
  return async () => {
    await temporal.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
