import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { Logger } from 'pino';

const root = resolve(import.meta.dirname, '..');
/** What goes into the bundle: a change of any file here makes a new one. */
const sources = ['workflows', 'domain', 'contracts', 'package-lock.json'];

/**
 * The workflows as the one file that a worker loads. Bundling takes seconds, so its result is kept under a name that is
 * the hash of everything that went into it.
 * @param folder where bundles are kept
 * @returns the bundle's path
 */
export async function workflowBundle(folder: string, logger: Logger): Promise<string> {
  const name = `workflows-${await hashOfSources()}.js`;
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  const kept = await readdir(folder);
  if (kept.includes(name)) return path;
  logger.info('bundling the workflows, once for this version of them');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    logger: quietLogger(logger),
  });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, code);
  await rename(fresh, path);
  const old = kept.filter((file) => file.startsWith('workflows-'));
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
  return path;
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = source.endsWith('.json')
      ? [path]
      : (await readdir(path, { recursive: true }))
          .filter((file) => file.endsWith('.ts'))
          .sort()
          .map((file) => join(path, file));
    for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function quietLogger(logger: Logger): Parameters<typeof bundleWorkflowCode>[0]['logger'] & object {
  const ignore = (): void => undefined;
  return {
    log: ignore,
    trace: ignore,
    debug: ignore,
    info: ignore,
    warn: (message, meta) => logger.warn(meta ?? {}, message),
    error: (message, meta) => logger.error(meta ?? {}, message),
  };
}
