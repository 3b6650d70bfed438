import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { cacheFolder } from '../../../scripts/bootstrap/machine.mjs';

const run = promisify(execFile);

/** A package of npm in one version, without what it depends on. */
export interface NpmPackage {
  name: string;
  version: string;
}

/** Returns the folder of an unpacked package, which is downloaded once. npm checks its hash. Throws npm's error. */
export async function npmPackage({ name, version }: NpmPackage): Promise<string> {
  const packages = join(cacheFolder() as string, 'npm');
  const folder = join(packages, `${name.replace('@', '').replace('/', '-')}-${version}`);
  if (existsSync(folder)) return folder;
  console.log(`Downloading ${name} ${version}`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const pack = ['pack', '--json', '--loglevel=error', '--pack-destination', partial];
  const { stdout } = await run('npm', [...pack, `${name}@${version}`], { maxBuffer: 1 << 28 });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const archive = join(partial, filename);
  await run('tar', ['-xzf', archive, '--strip-components=1', '-C', partial]);
  rmSync(archive);
  renameSync(partial, folder); // last, so that only a complete package counts
  return folder;
}
