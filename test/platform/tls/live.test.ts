import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { follow, type Live } from '../../../platform/tls/live.ts';

let folder: string;
let live: Live<string> | undefined;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'vx11-live-'))));
afterEach(() => {
  live?.stop();
  rmSync(folder, { recursive: true });
});
const inFolder = (name: string): string => join(folder, name);
const becomes = (value: string): Promise<void> =>
  vi.waitFor(() => expect(live!.current()).toBe(value), { timeout: 8000, interval: 50 });

test('a file that is written, replaced, or linked elsewhere is read again', async () => {
  for (const name of ['one', 'two', 'three']) writeFileSync(inFolder(name), name);
  symlinkSync(inFolder('one'), inFolder('link'));
  const path = inFolder('link');
  const heard: string[] = [];
  live = follow([path], () => readFileSync(path, 'utf8'), { everyMs: 50 });
  const end = live.onChange((value) => void heard.push(value));
  expect(live.current()).toBe('one');
  symlinkSync(inFolder('two'), inFolder('new'));
  renameSync(inFolder('new'), path);
  await becomes('two');
  writeFileSync(inFolder('two'), 'twice');
  await becomes('twice');
  end();
  renameSync(inFolder('three'), path);
  await becomes('three');
  expect(heard).toEqual(['two', 'twice']);
});

test('what cannot be used leaves the value before, is reported, and the next change is tried', async () => {
  const path = inFolder('file');
  writeFileSync(path, 'good');
  const failures: unknown[] = [];
  const read = (): string => {
    const text = readFileSync(path, 'utf8');
    if (text === 'bad') throw new Error('this is bad');
    return text;
  };
  live = follow([path], read, { everyMs: 50, onFailure: (error) => void failures.push(error) });
  writeFileSync(path, 'bad');
  await vi.waitFor(() => expect(failures).toHaveLength(1), { timeout: 8000, interval: 50 });
  expect(String(failures[0])).toContain('this is bad');
  expect(live.current()).toBe('good');
  writeFileSync(path, 'better');
  await becomes('better');
});

test('files that cannot be used at first are an error', () => {
  expect(() => follow(['/nowhere'], () => readFileSync('/nowhere', 'utf8'))).toThrow('ENOENT');
});
