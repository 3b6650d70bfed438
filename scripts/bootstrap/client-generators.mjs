import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable, readOrEmpty, run, say } from './machine.mjs';
import { isInstalled } from './packages.mjs';

/** The folder of the generators, which test/clients/generators.ts reads. */
const folderOf = (repository) => join(repository, '.tools/clients');

/**
 * Installs what tests make clients with: the generators for TypeScript and, if the machine has Python, for Python, and the
 * MCP Inspector. Tests are skipped without them. Never throws.
 */
export async function ensureClientGenerators(repository, env) {
  const wanted = join(repository, 'test/clients');
  const folder = folderOf(repository);
  await attempt('the client generator for TypeScript', (what) =>
    fromNpm(what, wanted, folder, env),
  );
  await attempt('the MCP Inspector', (what) =>
    fromNpm(what, join(repository, 'test/inspector'), join(repository, '.tools/inspector'), env),
  );
  if (findExecutable('python3'))
    await attempt('the client generator for Python', () => forPython(wanted, folder));
}

async function attempt(what, install) {
  try {
    await install(what);
  } catch (error) {
    say(`continuing without ${what}: ${error.message}`);
  }
}

async function fromNpm(what, wanted, folder, env) {
  const lock = readOrEmpty(join(wanted, 'package-lock.json'));
  if (isInstalled(lock, readOrEmpty(join(folder, 'node_modules/.package-lock.json')))) return;
  say(`installing ${what}, for the tests`);
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(wanted, file), join(folder, file));
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env, cwd: folder });
}

async function forPython(wanted, folder) {
  const requirements = join(wanted, 'requirements.txt');
  const python = join(folder, 'python');
  const note = join(python, 'requirements.txt');
  if (readOrEmpty(note) === readOrEmpty(requirements)) return;
  say('installing the client generator for Python, for the tests');
  rmSync(python, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('python3', ['-m', 'venv', python]);
  const pip = join(python, 'bin/pip');
  await run(pip, ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  copyFileSync(requirements, note); // last, so that only a complete installation counts as installed
}
