import { expect, test } from 'vitest';
import { bounded, growing } from '../store/behaviour/kept-tables.ts';
import { read } from './source.ts';

test('docs/store.md has every table', () => {
  const page = read('docs/store.md');
  const isThere = (table: string): boolean =>
    page.includes(`\`${table}\``) || table.startsWith('hormiguero_inee_');
  expect([...growing, ...bounded].filter((table) => !isThere(table))).toEqual([]);
});
