import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { ensureTinyImage } from '../../scripts/tiny-image.ts';
import { image as sandboxImage } from '../sandbox/image.ts';
import { findOwnKernel, type OwnKernel } from '../sandbox/own-kernel.ts';
import { startTemporal } from './temporal.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    tinyImage: string;
    /** Null if sandboxes are tested on the host's kernel only. */
    ownKernel: OwnKernel | null;
  }
}

/**
 * Provides one Temporal, one tiny image and one sandbox image for all files. Task queues, hosts, owners and project names
 * keep tests apart.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const [image] = await Promise.all([
    ensureTinyImage(),
    promisify(execFile)(process.execPath, ['scripts/image.ts', 'sandbox']),
  ]);
  const kernel = await findOwnKernel(sandboxImage);
  if (kernel.offer === null)
    console.log(`no sandboxes with a kernel of their own: ${kernel.because}`);
  // last, so that an earlier failure leaves no server
  const folder = await mkdtemp(join(tmpdir(), 'vx11-temporal-'));
  const temporal = await startTemporal({ folder });
  project.provide('temporalAddress', temporal.address);
  project.provide('tinyImage', image);
  project.provide('ownKernel', kernel.offer);
  return async () => {
    if (kernel.offer !== null) await kernel.close();
    await temporal.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
