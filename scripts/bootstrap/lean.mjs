import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { cacheFolder } from './machine.mjs';

/** A small heap without collector threads: the supervisor is almost idle, but lives as long as the stack. */
const flags = ['--max-semi-space-size=1', '--optimize-for-size', '--single-threaded'];

/**
 * Returns the arguments and environment to run `file` with. `vx11 up` lives as long as the stack, so it gets small heaps,
 * and another process compiles its modules first: a process that strips types itself keeps 19 MB for the type stripper.
 */
export function leanRun(node, repository, [file, ...words], env) {
  if (basename(file) !== 'main.ts' || words.length !== 1 || words[0] !== 'up')
    return { args: [file, ...words], env };
  const NODE_COMPILE_CACHE = env.NODE_COMPILE_CACHE ?? join(cacheFolder(), 'compile-cache');
  const lean = { ...env, NODE_COMPILE_CACHE };
  spawnSync(node, [...flags, join(repository, 'cli/up/compile.mjs')], {
    env: lean,
    stdio: 'ignore',
  });
  return { args: [...flags, file, ...words], env: lean };
}
