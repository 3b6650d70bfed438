import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFiles } from '../../../cli/backup/replace-files.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(join(tmpdir(), 'vx11-replace-'))));
afterEach(() => rmSync(home, { recursive: true }));

const write = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
};
const read = (...path: string[]): string => readFileSync(join(home, ...path), 'utf8');
const old = {
  'vx11.db': 'a damaged store',
  'vx11.db-wal': 'its log',
  'temporal.db': 'runs',
  'tokens.env': 'old',
};
const replacing = (second: string) =>
  replaceFiles(
    [
      { from: join(home, 'new.db'), to: join(home, 'vx11.db'), isStore: true },
      { from: join(home, second), to: join(home, 'tokens.env'), isStore: false },
    ],
    { home, name: 'aside' },
  );

test('what SQLite kept beside a store goes aside with it, also if the store is damaged', () => {
  write({ ...old, 'new.db': 'new store', 'new.env': 'new' });
  expect(replacing('new.env')).toBe(join(home, 'aside'));
  expect(readdirSync(home).toSorted()).toEqual(['aside', 'tokens.env', 'vx11.db']);
  expect([read('vx11.db'), read('tokens.env')]).toEqual(['new store', 'new']);
  expect(readdirSync(join(home, 'aside')).toSorted()).toEqual(Object.keys(old).toSorted());
  expect(read('aside', 'vx11.db')).toBe('a damaged store');
});

test('a step that fails takes back all before it', () => {
  write({ ...old, 'new.db': 'new store' });
  expect(() => replacing('missing')).toThrow('ENOENT');
  for (const [name, text] of Object.entries(old)) expect(read(name)).toBe(text);
});

test('where nothing was before, nothing is put aside', () => {
  write({ 'new.db': 'new store', 'new.env': 'new' });
  mkdirSync(join(home, 'run'));
  expect(replacing('new.env')).toBeNull();
  expect(readdirSync(home).toSorted()).toEqual(['run', 'tokens.env', 'vx11.db']);
});
