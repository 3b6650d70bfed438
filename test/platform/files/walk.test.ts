import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { walk, type WalkRules } from '../../../platform/files/walk.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-walk-'));
  for (const name of ['a', 'b/c']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['a/1', 'a/2', 'b/c/3', 'skipped']) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

async function pathsIn(root: string, rules?: WalkRules): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of walk(root, (_, name) => name === 'skipped', rules)) found.push(path);
  return found;
}

test('a folder comes before what is in it, in the order of names', async () => {
  expect(await pathsIn(folder)).toEqual(['', 'a', 'a/1', 'a/2', 'b', 'b/c', 'b/c/3']);
  expect(await pathsIn(folder, { from: 'b' })).toEqual(['b', 'b/c', 'b/c/3']);
  expect(await pathsIn(join(folder, 'nowhere'))).toEqual([]);
});

test('a folder that is not entered is there, without its entries', async () => {
  const asked: [string, number][] = [];
  const enters = (path: string, entries: number): boolean => {
    asked.push([path, entries]);
    return entries < 2 || path === '';
  };
  expect(await pathsIn(folder, { enters })).toEqual(['', 'a', 'b', 'b/c', 'b/c/3']);
  expect(asked).toEqual([
    ['', 2],
    ['a', 2],
    ['b', 1],
    ['b/c', 1],
  ]);
});

test('what cannot be read is named, and ends the walk where nobody asks for it', async () => {
  const under = join(folder, 'a/1');
  await expect(pathsIn(under, { from: 'x' })).rejects.toThrow('ENOTDIR');
  const unread: string[] = [];
  const unreadable = (path: string): void => void unread.push(path);
  expect(await pathsIn(under, { from: 'x', unreadable })).toEqual([]);
  expect(unread).toEqual(['x']);
});
