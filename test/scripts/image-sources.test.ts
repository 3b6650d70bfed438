import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceHash, stageSources } from '../../scripts/image/source.ts';

let repository: string;
const write = (file: string, text: string): void => {
  const path = join(repository, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
};
beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'vx11-image-'));
  for (const file of ['Dockerfile', 'package.json', 'package-lock.json']) write(file, '{}');
  write('gateway/main.ts', 'export {};');
  write('web/app/main.tsx', 'export {};');
});
afterAll(() => rmSync(repository, { recursive: true }));

test('the image has the built web UI where the gateway looks for it, and none of its source', () => {
  const before = sourceHash(repository);
  write('web/dist/index.html', '<!doctype html>');
  expect(sourceHash(repository)).not.toBe(before);
  const stage = join(repository, '.image');
  stageSources(repository, stage);
  expect(readFileSync(join(stage, 'app/web/dist/index.html'), 'utf8')).toBe('<!doctype html>');
  expect(existsSync(join(stage, 'app/gateway/main.ts'))).toBe(true);
  expect(existsSync(join(stage, 'app/web/app'))).toBe(false);
});
