import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { cacheFolder } from './machine.mjs';

/** A small heap, and no threads to look after it: the supervisor does next to nothing, for as long as the stack runs. */
const flags = ['--max-semi-space-size=1', '--optimize-for-size', '--single-threaded'];

/**
 * How Node is run on `file` with `words`: `vx11 up` stays for as long as the stack, so it is kept small. What it loads has
 * been compiled by a process before it, since whoever strips types once keeps 19 MB of stripper.
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
