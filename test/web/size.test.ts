import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildWeb } from '../../scripts/web/build.ts';
import { root } from '../repository/source.ts';

const kilobyte = 1000;
const folder = join(root, 'web/dist');

/** The size of a built file as most browsers receive it at worst, in bytes. */
const gzipped = (file: string): number =>
  gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;

/** The JavaScript that a file loads before it runs, with itself. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
    withImports(`assets/${name}`, seen);
  return seen;
}

describe('the built UI', () => {
  let first: Set<string>;
  let chunks: string[];
  beforeAll(async () => {
    await buildWeb(root);
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const named = [...page.matchAll(/(?:src|href)="\/operator\/ui\/(assets\/[\w.-]+\.js)"/g)];
    first = new Set(named.flatMap(([, file]) => [...withImports(file!)]));
    chunks = readdirSync(join(folder, 'assets'))
      .filter((file) => file.endsWith('.js'))
      .map((file) => `assets/${file}`);
  }, 60_000);

  test('loads at most 130 KB of JavaScript first, compressed', () => {
    const size = [...first].reduce((sum, file) => sum + gzipped(file), 0);
    expect(first.size).toBeGreaterThan(0);
    expect(size / kilobyte).toBeLessThanOrEqual(130);
  });

  test('loads at most 40 KB more for a page', () => {
    const later = chunks.filter((file) => !first.has(file));
    const sizes = later.map((file) => {
      const more = [...withImports(file)].filter((one) => !first.has(one));
      return [file, more.reduce((sum, one) => sum + gzipped(one), 0) / kilobyte] as const;
    });
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes.filter(([, size]) => size > 40)).toEqual([]);
  });

  test('has no inline script or style, and each text is compressed beside itself', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(page).not.toMatch(/<style|<script(?![^>]*src=)|\son\w+=|style=/);
    const files = readdirSync(folder, { recursive: true }).map(String);
    for (const file of files.filter((name) => /\.(js|css|html)$/.test(name)))
      expect(files).toEqual(expect.arrayContaining([`${file}.br`, `${file}.gz`]));
  });
});
