import { createHash } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pino } from 'pino';
import { workflowBundle } from '../../workers/temporal/workflow-bundle.ts';

/** A folder of its own for each checkout, as a build removes older bundles. */
const checkout = createHash('sha256')
  .update(import.meta.dirname)
  .digest('hex')
  .slice(0, 8);

/** One cache of compiled modules for all tests, as compiling them takes 15 s of CPU. */
export const compileCache = join(tmpdir(), 'vx11-test-compile-cache');

/** The path of the workflow bundle, built once for all tests: it takes 6 s of CPU. */
export const testBundlePath = (): Promise<string> =>
  workflowBundle(join(tmpdir(), `vx11-test-bundles-${checkout}`), pino({ level: 'silent' }));

/** Puts the bundle where a madre with this home looks for it, as an earlier start would have. */
export async function giveBundle(home: string): Promise<void> {
  const bundle = await testBundlePath();
  const cache = join(home, 'cache');
  await mkdir(cache, { recursive: true });
  await copyFile(bundle, join(cache, basename(bundle)));
}
