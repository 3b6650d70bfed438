import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PatchedFile } from '../../../domain/patches/edit.ts';

/** A program that fails at once, by the name of its file; what is no program is emptied. */
const failing: readonly (readonly [RegExp, string])[] = [
  [/\.py$/i, 'raise SystemExit(70)\n'],
  [/\.[cm]?js$/i, 'process.exit(70);\n'],
  [/\.(?:sh|bash|ash)$/i, 'exit 70\n'],
];

/**
 * Makes what a patch changes of a program fail.
 * @param files what the program's check puts into its sandbox
 * @returns whether anything of it was changed
 */
export async function breakPrograms(
  copy: string,
  files: readonly string[],
  patched: readonly PatchedFile[],
): Promise<boolean> {
  const own = patched.filter(({ path }) =>
    files.some((name) => path === name || path.startsWith(`${name}/`)),
  );
  for (const { path } of own) {
    const text = await readFile(join(copy, path), 'utf8');
    const shell = /^#!.*sh\s*$/m.test(text.split('\n')[0] ?? '') ? 'exit 70\n' : '';
    const by = failing.find(([name]) => name.test(path))?.[1] ?? shell;
    await writeFile(join(copy, path), by);
  }
  return own.length > 0;
}
