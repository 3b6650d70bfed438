import { expect, test } from 'vitest';
import { filesBelow, read } from './source.ts';

const rows = [
  ...read('docs/invariants.md').matchAll(/^\| (.+?) +\| (.+?) +\| `(test\/[^`]+)`: (.+?) +\|$/gm),
];

test('every invariant has a row with a test', () => {
  const lines = read('docs/invariants.md')
    .split('\n')
    .filter((line) => /^\| (?!invariant |-)/.test(line));
  expect(rows).toHaveLength(lines.length);
  expect(rows.length).toBeGreaterThan(25);
});

test.each(rows.map(([, invariant, , file, title]) => [invariant!, file!, title!]))(
  '%s: its test exists',
  (_, file, title) => {
    const titles = [...read(file).matchAll(/(?:test|it)\b[^'"`]*(['"`])((?:\\.|(?!\1).)*)\1/g)];
    expect(titles.map(([, , one]) => one!.replace(/\\(.)/g, '$1'))).toContain(title);
  },
);

test.each(rows.map(([, invariant, keptBy]) => [invariant!, keptBy!]))(
  '%s: the code that keeps it exists',
  (_, keptBy) => {
    const source = filesBelow('.', /\.(ts|py)$/).map((file) => file.replace(/\.\w+$/, ''));
    for (const [, path] of keptBy.matchAll(/`([\w-]+(?:\/[\w-]+)+)`/g))
      expect(
        source.some((file) => file === path || file.startsWith(`${path}/`)),
        path,
      ).toBe(true);
  },
);
