import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable, findGo, isExecutable, run, say, Unmet } from './machine.mjs';

/** The last release that `go install` accepts: later ones have `exclude` lines. */
const version = 'v5.0.2';
const source = `github.com/docker/compose/v5/cmd@${version}`;
const stamp = `-s -w -X github.com/docker/compose/v5/internal.Version=${version}`;

/** Folders where the docker command looks for its plugins, the user's own first. */
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
 * Makes sure of Docker Compose 2 or newer. Gives the plugin's own path where no docker command is there to call it
 * through, undefined otherwise. Throws `Unmet`.
 */
export function ensureCompose() {
  const folders = pluginFolders(homedir(), process.env.DOCKER_CONFIG);
  const plugin = folders.map((folder) => join(folder, 'docker-compose')).find(isExecutable);
  if (plugin) return findExecutable('docker') ? undefined : plugin;
  if (spawnSync('docker', ['compose', 'version']).status === 0) return undefined;
  const go = findGo();
  if (!go)
    throw new Unmet(
      `Docker Compose is missing. Install the plugin (https://docs.docker.com/compose/install), or Go and run this again.`,
    );
  say('building Docker Compose with Go: some minutes, once');
  const bin = mkdtempSync(join(tmpdir(), 'vx11-compose-'));
  run(go, ['install', '-ldflags', stamp, source], { GOBIN: bin });
  mkdirSync(folders[0], { recursive: true });
  const made = join(folders[0], 'docker-compose');
  copyFileSync(join(bin, 'cmd'), made);
  rmSync(bin, { recursive: true });
  return findExecutable('docker') ? undefined : made;
}
