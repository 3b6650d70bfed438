import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { endingWith } from './ending.mjs';
import { showProgress } from './progress.mjs';

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
export async function aptInstall(what, ...packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const { state, line } = aptProgress();
  const told = ['-o', 'APT::Status-Fd=3'];
  const options = { env, state, line };
  // an earlier start may have been ended in the middle of it
  await run('dpkg', ['--configure', '-a'], { env });
  await run('apt-get', [...told, 'update', '-qq'], {
    ...options,
    what: `${what}: reading its lists`,
  });
  const flags = ['-y', '-qq', '--no-install-recommends'];
  await run('apt-get', [...told, 'install', ...flags, ...packages], { ...options, what });
}

/** Reads what apt writes about itself: `dlstatus:1:42.5:Retrieving file 3 of 9`. */
export function aptProgress() {
  let text = '';
  const line = (words) => {
    const [, kind, percent] = /^(dlstatus|pmstatus):[^:]*(?::[^:]*)?:([\d.]+):/.exec(words) ?? [];
    if (kind) text = `${kind === 'dlstatus' ? 'downloaded' : 'unpacked'} ${Math.round(percent)} %`;
  };
  return { line, state: () => text };
}

/** A program gets this long to end in order once it was asked to. */
const endMs = 10_000;

/**
 * Runs a command whose output matters only when it fails, and gives its stdout. `what` is said with how far it is:
 * `state()`, which `line` may learn from what it writes, line by line, on stderr and on descriptor 3. Throws `Unmet` with
 * the command and its last words, and `Ended` where a signal came, once the command has ended.
 */
export async function run(command, args, { env = {}, cwd, what, state = () => '', line } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // a group of its own: what it starts is ended with it, at once, and hears of Ctrl-C through us alone
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
      // Ctrl-C is what all of them tidy up after
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
    // It has ended meanwhile.
  }
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
