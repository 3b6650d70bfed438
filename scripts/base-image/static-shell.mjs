import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const known = ['/bin/busybox', '/usr/bin/busybox', '/usr/local/bin/busybox', '/bin/busybox.static'];
const debianPackage = 'busybox-static';

/** Returns whether an executable needs no shared library, so that it runs in an image without any. */
const isStatic = (file) =>
  existsSync(file) && /not a dynamic|statically linked/.test(output('ldd', [file]));

/**
 * Returns the path of a statically linked busybox: one of this machine, or else one unpacked (not installed) from Debian's
 * package into the user's cache folder. Throws with the command to run if neither is possible.
 */
export function staticShell() {
  const cache = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'vx11',
    debianPackage,
  );
  const unpacked = join(cache, 'bin', 'busybox');
  const found = [...known, unpacked].find(isStatic);
  if (found) return found;
  console.error('Unpacking a static busybox from the Debian package');
  mkdirSync(cache, { recursive: true });
  if (!download(cache)) {
    output('apt-get', ['update', '-qq']);
    download(cache);
  }
  const archive = readdirSync(cache).find((name) => name.endsWith('.deb'));
  if (archive) output('dpkg-deb', ['-x', join(cache, archive), cache]);
  if (isStatic(unpacked)) return unpacked;
  throw new Error('No static busybox was found. Run: apt-get install busybox-static');
}

const download = (cwd) => spawnSync('apt-get', ['download', debianPackage], { cwd }).status === 0;

function output(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`;
}
