#!/usr/bin/env node
/** The `vx11` command: runs cli/main.ts with Node 24 in the current folder. Installs nothing. */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInPlace } from './bootstrap/child.mjs';
import { leanRun } from './bootstrap/lean.mjs';
import { findNode, neededMajor } from './bootstrap/node.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = findNode(repository);
if (!node || !existsSync(join(repository, 'node_modules'))) {
  console.error(
    `vx11 needs Node ${neededMajor} and its packages. Run once: npm --prefix ${repository} start`,
  );
  process.exitCode = 1;
} else {
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const args = [join(repository, 'cli/main.ts'), ...process.argv.slice(2)];
  const lean = leanRun(node, repository, args, env);
  process.exitCode = await runInPlace(node, lean.args, lean.env);
}
