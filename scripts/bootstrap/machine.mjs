import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A need that could not be met; the message says which command meets it. */
export class Unmet extends Error {}

/** Where things are kept that belong to the user rather than to one clone. */
export const cacheFolder = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vx11');

/** Path of an executable: on PATH, else in one of the further folders; undefined when it is nowhere. */
export function findExecutable(name, further = []) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...further];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Whether a file is there that may be run. */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Go's command, also where its own installer puts it. */
export const findGo = () => findExecutable('go', ['/usr/local/go/bin']);

/** Whether packages can be installed here without asking: Debian or a descendant of it, as root. */
export function mayUseApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return isDebian(readOrEmpty('/etc/os-release')) && findExecutable('apt-get') !== undefined;
}

/** Reads os-release(5): Debian itself, or something that says it is like it. */
export const isDebian = (osRelease) => /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(osRelease);

/** Installs Debian packages with nothing they only recommend. Throws `Unmet`. */
export function aptInstall(...packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  run('apt-get', ['update', '-qq'], env);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], env);
}

/** Runs a command whose output matters only when it fails. Throws `Unmet` with the command and its last words. */
export function run(command, args, env = {}, cwd) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return result.stdout;
  const words = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
  const last = words.trim().split('\n').slice(-8).join('\n');
  throw new Unmet(`This failed: ${[command, ...args].join(' ')}\n${last}`);
}

/** Tells the person at the terminal what is being done. Goes to stderr, as stdout belongs to the program. */
export const say = (line) => console.error(`vx11: ${line}`);

export function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
