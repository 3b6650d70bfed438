import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { breakPrograms } from '../../../activities/repair/trial/break-programs.ts';
import { patched } from '../../domain/repair/captures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vx11-break-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a.py', 'print(1)\n', 'python3'],
  ['a.mjs', 'console.log(1);\n', process.execPath],
  ['a.sh', 'echo 1\n', 'sh'],
  ['a', '#!/bin/sh\necho 1\n', 'sh'],
])('%s does nothing but fail', async (path, text, program) => {
  writeFileSync(join(folder, path), text);
  const patch = [patched(path, '', text)];
  expect(await breakPrograms(folder, [path], patch)).toBe(true);
  const { status, stdout } = spawnSync(program, [join(folder, path)], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 70, stdout: '' });
});

test('data is emptied, and what the check does not use is left alone', async () => {
  writeFileSync(join(folder, 'a.json'), '{}');
  writeFileSync(join(folder, 'b.py'), 'b = 1\n');
  const patch = [patched('a.json', '', '{}'), patched('b.py', '', 'b = 1\n')];
  expect(await breakPrograms(folder, ['b'], patch)).toBe(false);
  expect(await breakPrograms(folder, ['a.json'], patch)).toBe(true);
  expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('');
  expect(readFileSync(join(folder, 'b.py'), 'utf8')).toBe('b = 1\n');
});
