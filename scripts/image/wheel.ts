import { execFile } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { cacheFolder } from '../bootstrap/machine.mjs';

const run = promisify(execFile);

/** A package of PyPI in one version, for any Python from 3.11 on. */
export interface Wheel {
  name: string;
  version: string;
}

/** Returns the path of a package as PyPI has it for this machine, which is downloaded once. Throws pip's error. */
export async function wheelOf({ name, version }: Wheel): Promise<string> {
  const folder = join(cacheFolder() as string, 'wheels');
  const kept = (): string | undefined =>
    globSync(`${name.replaceAll('-', '_')}-${version}-*.whl`, { cwd: folder })[0];
  if (kept() === undefined) {
    console.log(`Downloading ${name} ${version}`);
    mkdirSync(folder, { recursive: true });
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check'];
    const only = ['--no-deps', '--only-binary=:all:', '--python-version', '3.11'];
    const where = ['--no-cache-dir', '--dest', folder];
    await run('python3', [...pip, ...only, ...where, `${name}==${version}`]);
  }
  return join(folder, kept()!);
}

/** Unpacks a wheel, which is a zip file. */
export async function unpack(wheel: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await run('python3', ['-m', 'zipfile', '-e', wheel, folder]);
}
