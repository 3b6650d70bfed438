import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checksumFile, checksumsOf, databases, histories } from './kept-files.ts';

const root = join(import.meta.dirname, '../..');
const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { cwd: root })).stdout.trim();

describe.each([
  ['histories', histories],
  ['databases', databases],
])('recorded %s', (_, parent) => {
  test('are those that were committed, and no others', async () => {
    const releases = await readdir(parent);
    expect(releases).toContain('0.1.0');
    for (const release of releases) {
      const folder = join(parent, release);
      const committed = await readFile(join(folder, checksumFile), 'utf8');
      expect(await checksumsOf(folder), `files of ${relative(root, folder)}`).toBe(committed);
    }
  });

  // a copy without git, such as an image, has no history to look at
  test.runIf(existsSync(join(root, '.git')))('were never changed or removed', async () => {
    const files = `:(glob)${relative(root, parent)}/*/*`;
    const changed = await git(
      'log',
      '--no-renames',
      '--diff-filter=MD',
      '--format=',
      '--name-status',
      'HEAD',
      '--',
      files,
      `:(exclude)**/${checksumFile}`,
    );
    expect(changed).toBe('');
  });
});
