import { join } from 'node:path';
import { readOrEmpty, run, say } from './machine.mjs';

const flags = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Installs the packages of the lock file where they are not what npm says it installed. Throws `Unmet`. */
export function ensurePackages(repository, env) {
  const lock = readOrEmpty(join(repository, 'package-lock.json'));
  const installed = readOrEmpty(join(repository, 'node_modules/.package-lock.json'));
  if (isInstalled(lock, installed)) return;
  say('installing the packages');
  try {
    run('npm', ['ci', ...flags], env, repository);
  } catch {
    // A registry that lacks some platform's binaries makes a lock file that lacks them too; only `install` takes it.
    run('npm', ['install', '--no-save', ...flags], env, repository);
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
