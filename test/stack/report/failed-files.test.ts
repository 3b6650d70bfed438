import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failedFilesIn, writeFailedFiles } from './failed-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vx11-failed-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('a run leaves the files that may be run again', () => {
  const path = join(folder, 'failed.json');
  vi.stubEnv('VX11_TEST_FAILED_FILES', path);
  writeFailedFiles(['test/x.test.ts', 'test/y.test.ts']);
  expect(failedFilesIn(path)).toEqual(['test/x.test.ts', 'test/y.test.ts']);
});

test('a run that ended before it could say what failed leaves none', () => {
  expect(failedFilesIn(join(folder, 'none.json'))).toEqual([]);
});
