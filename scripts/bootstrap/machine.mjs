import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { endingWith } from './ending.mjs';
import { showProgress } from './progress.mjs';

/** A prerequisite is missing. The message names the command that installs it. */
export class Unmet extends Error {}

/** The folder for files that belong to the user rather than to one clone. */
export const cacheFolder = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vx11');

/** Returns the path of an executable on PATH or in one of the further folders; undefined if there is none. */
export function findExecutable(name, further = []) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...further];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Returns whether the file exists and can be executed. */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Finds the go command, also in the folder of its own installer. */
export const findGo = () => findExecutable('go', ['/usr/local/go/bin']);

/** Returns whether packages can be installed without asking: on Debian or a derivative, as root. */
export function mayUseApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return isDebian(readOrEmpty('/etc/os-release')) && findExecutable('apt-get') !== undefined;
}

/** Reads os-release(5) and returns whether it describes Debian or a derivative. */
export const isDebian = (osRelease) => /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(osRelease);

/** Installs Debian packages without recommended ones. Throws `Unmet`. */
export async function aptInstall(what, ...packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const { state, line } = aptProgress();
  const status = ['-o', 'APT::Status-Fd=3'];
  const options = { env, state, line };
  // an earlier installation may have been interrupted
  await run('dpkg', ['--configure', '-a'], { env });
  await run('apt-get', [...status, 'update', '-qq'], {
    ...options,
    what: `${what}: reading its lists`,
  });
  const flags = ['-y', '-qq', '--no-install-recommends'];
  await run('apt-get', [...status, 'install', ...flags, ...packages], { ...options, what });
}

/** Reads apt's status lines, such as `dlstatus:1:42.5:Retrieving file 3 of 9`. */
export function aptProgress() {
  let text = '';
  const line = (words) => {
    const [, kind, percent] = /^(dlstatus|pmstatus):[^:]*(?::[^:]*)?:([\d.]+):/.exec(words) ?? [];
    if (kind) text = `${kind === 'dlstatus' ? 'downloaded' : 'unpacked'} ${Math.round(percent)} %`;
  };
  return { line, state: () => text };
}

/** How long an interrupted command may take to end before it is killed. */
const endMs = 10_000;

/**
 * Runs a command and returns its stdout; its output is shown only if it fails. If `what` is given, the progress is shown
 * with the text of `state()`; `line` gets each line that the command writes on stderr and on descriptor 3. Throws `Unmet`
 * with the command and its last lines if it fails, and `Ended` after a signal, once the command has ended.
 */
export async function run(command, args, { env = {}, cwd, what, state = () => '', line } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // a process group of its own, which is signalled as a whole and gets Ctrl-C only from here
    detached: true,
  });
  const words = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => {
      words[name] = (words[name] + text).slice(-64 * 1024);
    });
  if (line)
    for (const stream of [child.stderr, child.stdio[3]])
      createInterface({ input: stream }).on('line', line);
  else child.stdio[3].resume();
  const end = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? null : (signal ?? '')));
  });
  const progress = what ? showProgress(what, state) : undefined;
  let ok = false;
  try {
    const failure = await endingWith(() => {
      // SIGINT, because all these programs clean up after it
      killGroup(child, 'SIGINT');
      setTimeout(() => killGroup(child, 'SIGKILL'), endMs).unref();
    }, end);
    ok = failure === null;
    if (ok) return words.stdout;
    const last = `${words.stdout}${words.stderr}${failure}`.trim().split('\n').slice(-8).join('\n');
    throw new Unmet(`This failed: ${[command, ...args].join(' ')}\n${last}`);
  } finally {
    progress?.stop(ok);
  }
}

function killGroup({ pid }, signal) {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // it has ended meanwhile
  }
}

/** Prints a line for the person at the terminal, on stderr, because stdout belongs to the program. */
export const say = (line) => console.error(`vx11: ${line}`);

export function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
