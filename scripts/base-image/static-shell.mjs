import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const known = ['/bin/busybox', '/usr/bin/busybox', '/usr/local/bin/busybox', '/bin/busybox.static'];
const debianPackage = 'busybox-static';

/** True for an executable that needs no library, so that it works in an image which has none. */
const isStatic = (file) =>
  existsSync(file) && /not a dynamic|statically linked/.test(output('ldd', [file]));

/**
 * Path of a statically linked busybox: one of this machine, else one unpacked (not installed) from Debian's
 * package into the user's cache folder. Throws with the command to run where neither is there.
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
  throw new Error('No static busybox here. Run: apt-get install busybox-static');
}

const download = (cwd) => spawnSync('apt-get', ['download', debianPackage], { cwd }).status === 0;

function output(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`;
}
