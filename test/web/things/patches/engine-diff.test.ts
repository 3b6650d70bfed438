import { expect, test } from 'vitest';
import type { PatchChange } from '../../../../contracts/patch.ts';
import { parseDiff } from '../../../../web/parts/diff/parse.ts';
import { diffOf } from '../../../../web/things/patches/engine-diff.ts';

const id = 'a'.repeat(64);
const change = (operations: PatchChange['operations']) =>
  ({ operations }) as unknown as PatchChange;

test('what a patch does beside the files is a diff, too', () => {
  const text = diffOf({
    diff: '',
    change: change([
      {
        op: 'update_limits',
        service: 'web',
        container: id,
        expect: { Memory: 32, MemorySwap: 64 },
        limits: { Memory: 64, MemorySwap: 128 },
      },
      { op: 'connect_network', service: 'web', container: id, network: 'shop', aliases: ['web'] },
      { op: 'remove_network', network: 'shop_old' },
    ]),
  });
  const files = parseDiff(text);
  expect(files.map(({ path, added, removed }) => [path, added, removed])).toEqual([
    ['web', 3, 2],
    ['shop_old', 0, 1],
  ]);
  expect(files[0]!.hunks[0]!.map((line) => line.text)).toEqual([
    'Memory: 32',
    'MemorySwap: 64',
    'Memory: 64',
    'MemorySwap: 128',
    'network shop: web',
  ]);
});

test('it follows the diff of the files, and a patch without one has none', () => {
  const diff = '--- a/c.yml\n+++ b/c.yml\n@@ -1,1 +1,1 @@\n-a: 1\n+a: 2\n';
  const mode = { op: 'file_mode', file: '.env', expect: '0666', mode: '0664' } as const;
  const paths = parseDiff(diffOf({ diff, change: change([mode]) })).map(({ path }) => path);
  expect(paths).toEqual(['c.yml', '.env']);
  expect(diffOf({ diff })).toBe(diff);
});
