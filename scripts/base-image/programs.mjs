import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from '../bootstrap/machine.mjs';
import { addLibraries } from './rootfs.mjs';

/** Adds programs of this machine, with their libraries, to /usr/bin. Throws with the command to run if one is missing. */
export function addPrograms(root, names, debian) {
  const found = names.map((name) => [name, findExecutable(name)]);
  const missing = found.filter(([, file]) => file === undefined).map(([name]) => name);
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')} cannot be found. Run: apt-get install ${debian}`);
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  for (const [name, file] of found) {
    const target = join(root, 'usr/bin', name);
    copyFileSync(file, target);
    chmodSync(target, 0o755);
  }
  addLibraries(
    root,
    found.map(([, file]) => file),
  );
}
