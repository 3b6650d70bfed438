import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { unreviewedScripts } from '../bootstrap/install-scripts.mjs';

const run = promisify(execFile);
const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Patterns below node_modules of files that the server never reads at run time. */
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
 * Writes `stage`/packages.tar: a node_modules with the production packages of the lock file, without the files that the
 * server does not need. Does nothing if the lock file has not changed. Throws npm's error.
 * @param platform the Engine's platform, such as `x86_64-unknown-linux-gnu`
 */
export async function stagePackages(repository: string, stage: string, platform: string) {
  const marker = join(stage, 'packages.sha256');
  const lock = readFileSync(join(repository, 'package-lock.json'), 'utf8');
  const unknown = unreviewedScripts(lock) as string[];
  if (unknown.length > 0)
    throw new Error(
      `The install script of ${unknown.join(', ')} was not reviewed. Review it, then add it to scripts/bootstrap/install-scripts.mjs.`,
    );
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
