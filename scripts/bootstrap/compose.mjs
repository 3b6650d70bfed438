import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { goInstall } from './go.mjs';
import { findExecutable, findGo, isExecutable, Unmet } from './machine.mjs';

/** The last release that `go install` accepts; later ones have `exclude` lines. */
const version = 'v5.0.2';
const source = `github.com/docker/compose/v5/cmd@${version}`;
/** The number of Go packages in it, including those of the standard library. */
const packages = 852;
const stamp = `-s -w -X github.com/docker/compose/v5/internal.Version=${version}`;

/** Returns the folders where the docker command looks for plugins, the user's own first. */
export const pluginFolders = (home, dockerConfig) => [
  join(dockerConfig || join(home, '.docker'), 'cli-plugins'),
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
  '/opt/homebrew/lib/docker/cli-plugins',
  '/Applications/Docker.app/Contents/Resources/cli-plugins',
];

/**
 * Finds or builds Docker Compose 2 or newer. Throws `Unmet`.
 * @returns the plugin's path if there is no docker command to call it through, otherwise undefined
 */
export async function ensureCompose() {
  const folders = pluginFolders(homedir(), process.env.DOCKER_CONFIG);
  const plugin = folders.map((folder) => join(folder, 'docker-compose')).find(isExecutable);
  if (plugin) return findExecutable('docker') ? undefined : plugin;
  if (spawnSync('docker', ['compose', 'version']).status === 0) return undefined;
  const go = findGo();
  if (!go)
    throw new Unmet(
      `Docker Compose is missing. Install the plugin (https://docs.docker.com/compose/install), or Go and run this again.`,
    );
  const bin = mkdtempSync(join(tmpdir(), 'vx11-compose-'));
  const made = join(folders[0], 'docker-compose');
  try {
    const what = 'building Docker Compose with Go, once';
    await goInstall(go, { source, bin, what, packages, ldflags: stamp });
    mkdirSync(folders[0], { recursive: true });
    // atomic, because a copy may be interrupted
    copyFileSync(join(bin, 'cmd'), `${made}.part`);
    renameSync(`${made}.part`, made);
  } finally {
    rmSync(bin, { recursive: true });
  }
  return findExecutable('docker') ? undefined : made;
}
