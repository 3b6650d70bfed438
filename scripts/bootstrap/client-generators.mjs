import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findExecutable, readOrEmpty, run, say } from './machine.mjs';
import { isInstalled } from './packages.mjs';

/** The folder of the generators, which test/clients/generators.ts reads. */
const folderOf = (repository) => join(repository, '.tools/clients');

/**
 * Installs what tests make clients with: the generators for TypeScript and, if the machine has Python, for Python, clients of
 * language models from PyPI, and the MCP Inspector. Tests are skipped without them. Never throws.
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
  if (!findExecutable('python3')) return;
  await attempt('the client generator for Python', (what) =>
    fromPyPI(what, wanted, join(folder, 'python')),
  );
  await attempt('the clients of language models for Python', (what) =>
    fromPyPI(what, join(wanted, 'python'), join(folder, 'models')),
  );
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

/** Installs the requirements of a folder into an environment of their own. */
async function fromPyPI(what, wanted, environment) {
  const requirements = join(wanted, 'requirements.txt');
  const note = join(environment, 'requirements.txt');
  if (readOrEmpty(note) === readOrEmpty(requirements)) return;
  say(`installing ${what}, for the tests`);
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(dirname(environment), { recursive: true });
  await run('python3', ['-m', 'venv', environment]);
  const pip = join(environment, 'bin/pip');
  // compiling all of it takes longer than the tests, which use a small part
  const options = ['--quiet', '--disable-pip-version-check', '--no-compile'];
  await run(pip, ['install', ...options, '-r', requirements]);
  copyFileSync(requirements, note); // last, so that only a complete installation counts as installed
}
