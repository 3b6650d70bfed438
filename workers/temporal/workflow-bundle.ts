import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
/** The sources of the bundle: a change in any of these files makes a new bundle. */
const sources = [
  'workflows',
  'domain',
  'contracts',
  'workers/temporal/bundle-workflows.ts',
  'package-lock.json',
];

/**
 * Returns the workflow bundle that a worker loads: prepared in the image, cached by an earlier start, or built now, which
 * takes seconds. Its name is the hash of all its sources.
 * @param folder the folder of bundles
 * @returns the bundle's path
 */
export async function workflowBundle(folder: string, logger: Logger): Promise<string> {
  const name = `workflows-${await hashOfSources()}.js`;
  const prepared = join(root, 'prepared', name);
  if (existsSync(prepared)) return prepared;
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  const kept = await readdir(folder);
  if (kept.includes(name)) return path;
  logger.info('bundling the workflows, once for this version of them');
  await run(process.execPath, [join(import.meta.dirname, 'bundle-workflows.ts'), path]);
  const old = kept.filter((file) => file.startsWith('workflows-'));
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
  return path;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = /\.(json|ts)$/.test(source)
      ? [path]
      : (await readdir(path, { recursive: true }))
          .filter((file) => file.endsWith('.ts'))
          .sort()
          .map((file) => join(path, file));
    for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}
