import { execFile } from 'node:child_process';
import { glob, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sha256 } from '../../../platform/hash.ts';
import { leanNode } from '../lean/node.ts';
import type { UpSettings } from '../settings.ts';

const program = join(import.meta.dirname, 'services.mjs');
const sources = '{activities,client,contracts,domain,gateway,platform,store,workers}/**/*.ts';
const limitMs = 120_000;

/**
 * Compiles the modules of madre and the gateway in another process if they have changed since the last time. Without it, both
 * would start as well, with the type stripper in memory.
 */
export async function compileServices(
  { repository, env }: Pick<UpSettings, 'repository' | 'env'>,
  { say, signal }: { say: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const folder = env['NODE_COMPILE_CACHE']!;
  const file = join(folder, `compiled-${sha256(repository).slice(0, 16)}`);
  const stamp = await stampOf(repository);
  if ((await readFile(file, 'utf8').catch(() => null)) === stamp) return;
  say('Compiling VX11, once for each version');
  try {
    await promisify(execFile)(process.execPath, [...leanNode.v8, program, sources], {
      cwd: repository,
      env,
      timeout: limitMs,
      signal,
    });
    await mkdir(folder, { recursive: true });
    await writeFile(file, stamp);
  } catch (error) {
    if (!signal.aborted) say(`It will need more memory this time: ${(error as Error).message}`);
  }
}

/** The same text as long as no source and no package changes. */
async function stampOf(repository: string): Promise<string> {
  const changed: string[] = [process.version, ...leanNode.v8];
  for await (const file of glob(['package-lock.json', sources], { cwd: repository })) {
    const { mtimeMs, size } = await stat(join(repository, file));
    changed.push(`${file} ${mtimeMs} ${size}`);
  }
  return sha256(changed.toSorted().join('\n'));
}
