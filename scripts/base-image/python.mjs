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

/** The system's own comes first: its files are in few places. */
const known = ['/usr/bin/python3', '/usr/local/bin/python3', 'python3'];
const question = `import os, sys, sysconfig
print(os.path.realpath(sys.executable), sysconfig.get_path("stdlib"), sep="\\n")`;

/** Parts of the standard library that no task in a sandbox can use, or that are as big as the rest. */
const unneeded =
  /^(test|idlelib|tkinter|turtledemo|ensurepip|lib2to3|pydoc_data|distutils|config-.*|(site|dist)-packages|.*\.a)$/;

/**
 * Adds this machine's Python 3 with its standard library, and the libraries that both are linked with. Throws where
 * there is none.
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
    preserveTimestamps: true, // compiled files are only used beside a source of the same time
    filter: (path) => !unneeded.test(basename(path)),
  });
  addLibraries(root, [executable, ...globSync(join(library, 'lib-dynload/*.so'))]);
}

/** Paths of the executable and of the folder of the standard library. */
function findPython() {
  for (const python of known) {
    const { status, stdout } = spawnSync(python, ['-I', '-S', '-c', question], {
      encoding: 'utf8',
    });
    if (status === 0) return stdout.trim().split('\n');
  }
  throw new Error(
    'Sandboxes need Python 3, and this machine has none to make their image from, nor does a registry answer. ' +
      'Run: apt-get install python3',
  );
}
