import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, findExecutable, run } from './machine.mjs';

const folder = () => join(cacheFolder(), 'bin');

/** The program that checks rules of Prometheus; undefined if it is not there. */
export const findPromtool = () => findExecutable('promtool', [folder()]);

/**
 * Takes promtool out of Debian's package of Prometheus, which is not installed: it would start a server. Throws `Unmet`.
 */
export async function unpackPromtool(what) {
  const place = await mkdtemp(join(tmpdir(), 'vx11-promtool-'));
  try {
    await run('apt-get', ['update', '-qq'], { what: `${what}: reading its lists` });
    const unsandboxed = ['-o', 'APT::Sandbox::User=root'];
    await run('apt-get', [...unsandboxed, 'download', '-qq', 'prometheus'], { cwd: place, what });
    const debian = (await readdir(place)).find((file) => file.endsWith('.deb'));
    await run('dpkg', ['-x', debian, 'it'], { cwd: place });
    await mkdir(folder(), { recursive: true });
    await copyFile(join(place, 'it/usr/bin/promtool'), join(folder(), 'promtool'));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
