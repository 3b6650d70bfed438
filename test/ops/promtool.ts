import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { findPromtool } from '../../scripts/bootstrap/promtool.mjs';

/** Empty if it is not installed here. */
export const promtool = (findPromtool() as string | undefined) ?? '';

export const opsFolder = join(import.meta.dirname, '../../ops');

/** Runs promtool over `input`, and returns what it printed. Throws with its errors if it fails. */
export const runPromtool = (args: readonly string[], input = ''): string =>
  execFileSync(promtool, [...args], { input, encoding: 'utf8', cwd: opsFolder, stdio: 'pipe' });

/** The same with `text` in a file, whose name is the last argument. */
export function runPromtoolOn(args: readonly string[], text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-promtool-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'it.yml');
  writeFileSync(file, text);
  return runPromtool([...args, file]);
}
