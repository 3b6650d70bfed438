import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PatchView } from '../../../contracts/patch.ts';
import type { PatchActor, PatchDeps } from '../deps.ts';

const run = promisify(execFile);
const limitMs = 20_000;

/** The work tree that a folder is in; null if it is in none, or git is not on this host. */
async function workTreeOf(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    if (
      await access(join(at, '.git')).then(
        () => true,
        () => false,
      )
    )
      return at;
    if (dirname(at) === at) return null;
  }
}

/** Runs git without its hooks, its monitor, its pager and its questions, also in a folder of another user. */
async function git(tree: string, cwd: string, args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: tree,
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
  const own = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'commit.gpgsign=false'].flatMap(
    (one) => ['-c', one],
  );
  const options = { cwd, env, timeout: limitMs, maxBuffer: 4 * 1024 ** 2 };
  return (await run('git', [...own, ...args], options)).stdout;
}

const literal = (path: string): string => `:(literal)${path}`;
const pathsOf = ({ files }: PatchView): string[] => files.map(({ path }) => literal(path));

/** Files of the patch that git knows. */
async function tracked(tree: string, folder: string, patch: PatchView): Promise<string[]> {
  const out = await git(tree, folder, ['ls-files', '-z', '--', ...pathsOf(patch)]);
  return out.split('\0').filter(Boolean);
}

/** Whether the folder is in a work tree and the installation uses it. */
async function treeFor(deps: PatchDeps): Promise<{ tree: string; folder: string } | null> {
  if (deps.git() === 'off') return null;
  const folder = deps.folder();
  const tree = await workTreeOf(folder);
  if (tree === null) return null;
  const works = await git(tree, folder, ['rev-parse', '--is-inside-work-tree']).catch(() => '');
  return works.trim() === 'true' ? { tree, folder } : null;
}

/** Why the patch may not be written over what somebody has not committed; null if it may. */
export async function refusalOfGit(deps: PatchDeps, patch: PatchView): Promise<string | null> {
  const found = await treeFor(deps);
  if (found === null) return null;
  const { tree, folder } = found;
  const own = await tracked(tree, folder, patch);
  if (own.length === 0) return null;
  const status = await git(tree, folder, ['status', '--porcelain', '-z', '--', ...pathsOf(patch)]);
  const dirty = status
    .split('\0')
    .flatMap((line) => (/^(?!\?\?|!!).. /.test(line) ? line.slice(3) : []));
  if (dirty.length === 0) return null;
  if (deps.git() === 'strict')
    return `${dirty.join(', ')} has changes that are not committed, and a patch does not write over them. Commit them, or set x-vx11.drift.git.`;
  try {
    await commit(found, own, `Changes that were here before ${patch.patch_id}`);
    return null;
  } catch (error) {
    // as during a merge; git would say the same again
    const { stderr = '', message } = error as Error & { stderr?: string };
    const why = (stderr || message).trim().split('\n')[0];
    return `${dirty.join(', ')} has changes that git does not commit (${why}), and a patch does not write over them. Commit them, then apply the patch again.`;
  }
}

/**
 * Commits the files of a patch, and nothing else. Commits once: a repeat finds the commit by its trailer.
 * @param word of the trailer: `Patch-Id`, or `Rolled-Back` of one that is taken back
 * @returns the commit; null without a work tree, or with nothing to commit
 */
export async function commitPatch(
  deps: PatchDeps,
  patch: PatchView,
  by: PatchActor,
  word: 'Patch-Id' | 'Rolled-Back' = 'Patch-Id',
): Promise<string | null> {
  const found = patch.files.length === 0 ? null : await treeFor(deps);
  if (found === null) return null;
  const { tree, folder } = found;
  try {
    const trailer = `${word}: ${patch.patch_id}`;
    const known = ['log', '-1', '--format=%H', '--fixed-strings', `--grep=${trailer}`];
    const before = (await git(tree, folder, known).catch(() => '')).trim();
    if (before !== '') return before;
    const own = await tracked(tree, folder, patch);
    if (own.length === 0) return null;
    const status = await git(tree, folder, ['status', '--porcelain', '--', ...own.map(literal)]);
    if (status.trim() === '') return null;
    const title = word === 'Patch-Id' ? patch.cause : `Take back: ${patch.cause}`;
    const plan = patch.plan_id === null ? [] : [`Plan-Id: ${patch.plan_id}`];
    const lines = [
      title.replaceAll(/\s+/g, ' ').slice(0, 100),
      '',
      trailer,
      ...plan,
      `Confirmed-By: ${by.actor}`,
    ];
    await commit(found, own, lines.join('\n'));
    return (await git(tree, folder, ['rev-parse', 'HEAD'])).trim();
  } catch (error) {
    // the files are right; that git refuses, as during a merge, is no reason to take them back
    deps.log.warn({ err: error, patch_id: patch.patch_id }, 'a patch was not committed');
    return null;
  }
}

async function commit(
  { tree, folder }: { tree: string; folder: string },
  paths: readonly string[],
  message: string,
): Promise<void> {
  const author = ['-c', 'user.name=VX11', '-c', 'user.email=vx11@localhost'];
  const files = paths.map(literal);
  await git(tree, folder, [...author, 'commit', '-q', '--only', '-m', message, '--', ...files]);
}
