import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// the bootstrap is plain JavaScript without types
// @ts-expect-error
import { forgottenReviews, unreviewedScripts } from '../../scripts/bootstrap/install-scripts.mjs';

interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
const repository = join(import.meta.dirname, '../..');
const text = readFileSync(join(repository, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

/** Finds the package `name` as Node would from another package: beside it, or in a folder above. */
function entryOf(from: string, name: string): Locked | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const entry = packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`];
    if (entry !== undefined || at === '') return entry;
  }
}

test('the lock file has every package of every platform, each with the hash of its content', () => {
  const lacking = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).flatMap((name) =>
      entryOf(path, name) === undefined ? [`${name}, of ${path}`] : [],
    ),
  );
  expect(lacking).toEqual([]);
  const unhashed = Object.entries(packages).filter(([path, entry]) => path && !entry.integrity);
  expect(unhashed.map(([path]) => path)).toEqual([]);
});

test('the lock file names no registry host', () => {
  expect(text).not.toMatch(/"resolved":|https?:\/\/[^"]*\.tgz/);
});

test('every install script was reviewed in its version', () => {
  expect(unreviewedScripts(text)).toEqual([]);
  expect(forgottenReviews(text)).toEqual([]);
  expect(readFileSync(join(repository, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
});

test('a new version of a package with an install script needs a new review', () => {
  const changed = text.replace(/("node_modules\/ssh2": \{\s+"version": ")[^"]+/, '$199.0.0');
  expect(unreviewedScripts(changed)).toEqual(['ssh2@99.0.0']);
});

test('every version in package.json is exact', () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test('every dependency is imported by the source, not only by tests', () => {
  const folders = ['activities', 'cli', 'contracts', 'domain', 'gateway', 'guard'];
  const source = [...folders, 'client', 'platform', 'scripts', 'store', 'workers', 'workflows']
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true })
        .map(String)
        .map((file) => join(repository, folder, file)),
    )
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const imports = (name: string): boolean =>
    new RegExp(`(from|import|import\\()\\s*\\(?'${name.replaceAll('/', '\\/')}(/[^']*)?'`).test(
      source,
    );
  expect(Object.keys(manifest.dependencies).filter((name) => !imports(name))).toEqual([]);
});
