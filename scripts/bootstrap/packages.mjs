import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unreviewedScripts } from './install-scripts.mjs';
import { readOrEmpty, run, Unmet } from './machine.mjs';

const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Installs the packages of the lock file unless npm has installed exactly these. Throws `Unmet`. */
export async function ensurePackages(repository, env) {
  const lock = readOrEmpty(join(repository, 'package-lock.json'));
  const installed = readOrEmpty(join(repository, 'node_modules/.package-lock.json'));
  if (isInstalled(lock, installed)) return;
  const unknown = unreviewedScripts(lock);
  if (unknown.length > 0)
    throw new Unmet(
      `The install script of ${unknown.join(', ')} was not reviewed. Review it, then add it to scripts/bootstrap/install-scripts.mjs.`,
    );
  const folder = join(repository, 'node_modules');
  const state = () => (unpacked(folder) > 0 ? `${unpacked(folder)} folders` : 'downloading');
  await run('npm', ['ci', ...flags], {
    env,
    cwd: repository,
    what: 'installing the packages',
    state,
  });
}

/** Counts the packages in a node_modules folder, including those in scopes. */
function unpacked(folder) {
  try {
    return readdirSync(folder).reduce(
      (sum, name) => sum + (name.startsWith('@') ? readdirSync(join(folder, name)).length : 1),
      0,
    );
  } catch {
    return 0;
  }
}

/**
 * Returns whether npm's own record of what it installed (node_modules/.package-lock.json) has each package of the lock file
 * in its version. Optional packages may be missing, such as the binaries of other platforms.
 */
export function isInstalled(lock, installed) {
  if (!lock || !installed) return false;
  const have = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || (have[path]?.version ?? (optional || devOptional ? version : '')) === version,
  );
}
