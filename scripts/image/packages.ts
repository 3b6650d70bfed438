import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
// The bootstrap is plain JavaScript without types.
// @ts-expect-error
import { unreviewedScripts } from '../bootstrap/install-scripts.mjs';

const run = promisify(execFile);
const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** What the server never reads at run time, in patterns under node_modules. */
const unneeded = [
  '**/*.map',
  '**/*.d.ts',
  '**/*.d.mts',
  '**/*.d.cts',
  '**/*.md',
  '{*,@*/*}/{test,tests,docs,examples,benchmark,benchmarks}',
  '{ai,@ai-sdk/*}/src',
  '@types',
  '@swc/{core,core-*}',
  'cpu-features',
  '@temporalio/core-bridge/{sdk-core,src,ts}',
];

/**
 * Makes `stage`/packages.tar: a node_modules with the production packages of the lock file, without what the server
 * does not need of them. Does nothing when the lock file is the one of last time. `platform` is the Engine's, such as
 * `x86_64-unknown-linux-gnu`. Throws what npm said when it failed.
 */
export async function stagePackages(repository: string, stage: string, platform: string) {
  const marker = join(stage, 'packages.sha256');
  const lock = readFileSync(join(repository, 'package-lock.json'), 'utf8');
  const unknown = unreviewedScripts(lock) as string[];
  if (unknown.length > 0)
    throw new Error(`Nobody has read what ${unknown.join(', ')} runs while it is installed`);
  const wanted = createHash('sha256')
    .update(lock)
    .update(JSON.stringify([unneeded, platform, 'packages.tar']))
    .digest('hex');
  if (readOrNothing(marker) === wanted) return;
  console.log('Staging the production packages');
  rmSync(marker, { force: true });
  mkdirSync(stage, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(repository, file), join(stage, file));
  await run('npm', ['ci', ...flags], { cwd: stage });
  const modules = join(stage, 'node_modules');
  const others = globSync('@temporalio/core-bridge/releases/*', { cwd: modules }).filter(
    (release) => !release.endsWith(platform),
  );
  for (const path of [...globSync(unneeded, { cwd: modules }), ...others])
    rmSync(join(modules, path), { recursive: true, force: true });
  await run('tar', ['-c', '-f', 'packages.tar', 'node_modules'], { cwd: stage });
  writeFileSync(marker, wanted);
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
