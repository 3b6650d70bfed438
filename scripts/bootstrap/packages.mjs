import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unreviewedScripts } from './install-scripts.mjs';
import { readOrEmpty, run, Unmet } from './machine.mjs';

const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Installs the packages of the lock file where they are not what npm says it installed. Throws `Unmet`. */
export async function ensurePackages(repository, env) {
  const lock = readOrEmpty(join(repository, 'package-lock.json'));
  const installed = readOrEmpty(join(repository, 'node_modules/.package-lock.json'));
  if (isInstalled(lock, installed)) return;
  const unknown = unreviewedScripts(lock);
  if (unknown.length > 0)
    throw new Unmet(
      `Nobody has read what ${unknown.join(', ')} would run while it is installed. Read it, and add it to scripts/bootstrap/install-scripts.mjs.`,
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

/** How many packages are in a node_modules, those of a scope each. */
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
 * Whether npm's own note of what it installed (node_modules/.package-lock.json) has each package of the lock file in
 * its version; optional ones may be missing, as other platforms' binaries are.
 */
export function isInstalled(lock, installed) {
  if (!lock || !installed) return false;
  const have = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || (have[path]?.version ?? (optional || devOptional ? version : '')) === version,
  );
}
