import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { addLibraries } from './rootfs.mjs';

/** The system's own Python comes first, because its files are in few places. */
const known = ['/usr/bin/python3', '/usr/local/bin/python3', 'python3'];
const question = `import os, sys, sysconfig
print(os.path.realpath(sys.executable), sysconfig.get_path("stdlib"), sep="\\n")`;

/** Parts of the standard library that are of no use in a sandbox, or as large as all the rest. */
const unneeded =
  /^(test|idlelib|tkinter|turtledemo|ensurepip|lib2to3|pydoc_data|distutils|config-.*|(site|dist)-packages|.*\.a)$/;

/**
 * Adds this machine's Python 3, its standard library, and the shared libraries of both. Throws if the machine has no
 * Python 3.
 */
export function addPython(root) {
  const [executable, library] = findPython();
  const python = join(root, executable);
  mkdirSync(dirname(python), { recursive: true });
  copyFileSync(executable, python);
  chmodSync(python, 0o755);
  const link = join(root, 'usr/local/bin/python3');
  if (!existsSync(link)) symlinkSync(executable, link);
  cpSync(library, join(root, library), {
    recursive: true,
    dereference: true,
    preserveTimestamps: true, // Python uses a compiled file only if its source has the same time
    filter: (path) => !unneeded.test(basename(path)),
  });
  addLibraries(root, [executable, ...globSync(join(library, 'lib-dynload/*.so'))]);
}

/** Returns the paths of the executable and of the standard library's folder. */
function findPython() {
  for (const python of known) {
    const { status, stdout } = spawnSync(python, ['-I', '-S', '-c', question], {
      encoding: 'utf8',
    });
    if (status === 0) return stdout.trim().split('\n');
  }
  throw new Error(
    'Sandboxes need Python 3. No registry answers, and this machine has no Python 3 to build their image from. ' +
      'Run: apt-get install python3',
  );
}
