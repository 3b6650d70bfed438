import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, read, root } from './source.ts';

const pages = [
  ...filesBelow('docs', /\.md$/),
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
];

/** The text without code, in which brackets are no links. */
const prose = (page: string): string =>
  read(page)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));

/** Links to files and headings of the repository. */
const linksOf = (page: string): string[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link));

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const headings = read(page)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

/** Why a link leads nowhere; null if it leads somewhere. */
function broken(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(root, target))) return `${page}: ${link} does not exist`;
  if (anchor === undefined || statSync(join(root, target)).isDirectory()) return null;
  return anchorsOf(target).has(anchor) ? null : `${page}: ${link} has no such heading`;
}

test.each(pages)('%s: its links lead somewhere', (page) => {
  expect(linksOf(page).flatMap((link) => broken(page, link) ?? [])).toEqual([]);
});

test('the index of the documentation has every page', () => {
  const linked = new Set(linksOf('docs/README.md').map((link) => link.split('#')[0]));
  const own = filesBelow('docs', /\.md$/).filter(
    (page) => page !== 'docs/README.md' && dirname(page) === 'docs',
  );
  expect(own.filter((page) => !linked.has(page.slice('docs/'.length)))).toEqual([]);
});
