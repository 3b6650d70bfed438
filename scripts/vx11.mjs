#!/usr/bin/env node
/** The `vx11` command: runs cli/main.ts with Node 24 in the current folder. Installs nothing. */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache, leanRun } from './bootstrap/lean.mjs';
import { findNode, neededMajor } from './bootstrap/node.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = findNode(repository);
const words = process.argv.slice(2);
if (!node || !existsSync(join(repository, 'node_modules'))) {
  console.error(
    `vx11 needs Node ${neededMajor} and its packages. Run once: npm --prefix ${repository} start`,
  );
  process.exitCode = 1;
} else {
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  if (node === process.execPath && !words.includes('up')) {
    // this process will do: a second one would double the time to start
    Object.assign(process.env, env, { NODE_COMPILE_CACHE: compileCache(env) });
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
    const { main } = await import('../cli/main.ts');
    process.exitCode = await main();
  } else {
    const { runInPlace } = await import('./bootstrap/child.mjs');
    const lean = leanRun(node, repository, [join(repository, 'cli/main.ts'), ...words], env);
    process.exitCode = await runInPlace(node, lean.args, lean.env);
  }
}
