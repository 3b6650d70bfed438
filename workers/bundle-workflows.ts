/**
 * Bundles the workflows into the file that is named: `node workers/bundle-workflows.ts FILE`. A process of its own, since
 * the bundler leaves 150 MB behind in one that goes on living.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const file = process.argv[2];
if (file === undefined) throw new Error('Which file? node workers/bundle-workflows.ts FILE');

const ignore = (): void => undefined;
const { code } = await bundleWorkflowCode({
  workflowsPath: join(import.meta.dirname, '../workflows/index.ts'),
  logger: {
    log: ignore,
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: console.error,
    error: console.error,
  },
});
const fresh = `${file}.${process.pid}`;
await writeFile(fresh, code);
await rename(fresh, file);
