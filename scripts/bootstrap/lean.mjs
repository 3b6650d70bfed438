import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cacheFolder } from './machine.mjs';

/** A small heap without collector threads: the supervisor is almost idle, but lives as long as the stack. */
const flags = ['--max-semi-space-size=1', '--optimize-for-size', '--single-threaded'];

/** Where the command line keeps its compiled code, so that the next one starts in half the time. */
export const compileCache = (env) => env.NODE_COMPILE_CACHE ?? join(cacheFolder(), 'compile-cache');

/**
 * Returns the arguments and environment to run `file` with. `vx11 up` lives as long as the stack: it gets small heaps, and another process compiles its modules
 * first, because a process that strips types itself keeps 19 MB for the type stripper.
 */
export function leanRun(node, repository, [file, ...words], env) {
  if (!file.endsWith(join('cli', 'main.ts'))) return { args: [file, ...words], env };
  const lean = { ...env, NODE_COMPILE_CACHE: compileCache(env) };
  if (words.length !== 1 || words[0] !== 'up') return { args: [file, ...words], env: lean };
  spawnSync(node, [...flags, join(repository, 'cli/up/compile/supervisor.mjs')], {
    env: lean,
    stdio: 'ignore',
  });
  return { args: [...flags, file, ...words], env: lean };
}
