import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tarEntries } from '../../../activities/engine/tar-entries.ts';

test.each([
  ['ustar', 1000],
  ['gnu', 7],
  ['posix', 513],
])('the entries of a %s archive are read in pieces of %i bytes', async (format, size) => {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-tar-'));
  const long = `${'d'.repeat(80)}/${'f'.repeat(90)}`;
  mkdirSync(join(folder, 'd'.repeat(80)));
  writeFileSync(join(folder, long), 'x'.repeat(2000));
  writeFileSync(join(folder, 'tool'), 'y'.repeat(513));
  chmodSync(join(folder, 'tool'), 0o755);
  symlinkSync('tool', join(folder, 'link'));
  const args = [`--format=${format}`, '--sort=name', '-cf', '-', '-C', folder, '.'];
  const archive = execFileSync('tar', args);
  rmSync(folder, { recursive: true });
  async function* pieces() {
    for (let at = 0; at < archive.length; at += size) yield archive.subarray(at, at + size);
  }
  const found: string[] = [];
  for await (const { path, kind, mode } of tarEntries(pieces()))
    found.push(`${kind} ${path} ${(mode & 0o111) === 0 ? '-' : 'x'}`);
  expect(found.filter((line) => !line.startsWith('folder'))).toEqual([
    `file ./${long} -`,
    'link ./link x',
    'file ./tool x',
  ]);
});
