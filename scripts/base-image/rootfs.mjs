import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const passwd = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n';
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** Adds busybox with all its applets, the usual folders and the users `root` and `node` (1000) to the folder `root`. */
export function addShell(root, busybox) {
  for (const folder of [
    'bin',
    'etc',
    'home/node',
    'root',
    'tmp',
    'usr/bin',
    'usr/local/bin',
    'var',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  copyFileSync(busybox, join(root, 'bin/busybox'));
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  // a link named busybox would point to itself
  for (const applet of applets.filter((name) => name !== 'busybox'))
    symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(join(root, 'etc/passwd'), passwd);
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

/**
 * Adds the Node executable `node` without its symbols, and the shared libraries of it and of `addons` (native modules), each
 * at the path where the loader looks for it.
 */
export function addNode(root, node, addons) {
  const target = join(root, 'usr/local/bin/node');
  copyFileSync(node, target);
  chmodSync(target, 0o755);
  if (spawnSync('strip', [target]).status !== 0) copyFileSync(node, target);
  addLibraries(root, [node, ...addons]);
  if (!existsSync(certificates)) return;
  mkdirSync(join(root, dirname(certificates)), { recursive: true });
  copyFileSync(certificates, join(root, certificates));
  symlinkSync(`certs/${basename(certificates)}`, join(root, 'etc/ssl/cert.pem'));
}

/** Adds the shared libraries of `files`, each at the path where the loader looks for it. */
export function addLibraries(root, files) {
  for (const library of new Set(files.flatMap(libraries))) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}

/** Returns the absolute paths of an executable's shared libraries, including its loader. */
function libraries(file) {
  const lines = execFileSync('ldd', [file], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}
