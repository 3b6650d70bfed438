import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { debianPackages, program } from '../../scripts/image/sbom/base-packages.ts';
import { packagesSbom } from '../../scripts/image/sbom/packages.ts';
import { joined } from '../../scripts/image/sbom.ts';

const repository = join(import.meta.dirname, '../..');
const packages = Object.entries(
  (JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as LockFile).packages,
);
interface LockFile {
  packages: Record<
    string,
    { version?: string; dev?: boolean; dependencies?: object; devDependencies?: object }
  >;
}

test('the bill of materials has every production package of the lock file, and none for development', async () => {
  const one = await packagesSbom(repository);
  expect(one).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\./) });
  expect(one.metadata.component).toMatchObject({ name: 'vx11', type: 'library' });
  const listed = new Set(one.components.map(({ name }) => name));
  const [, self] = packages.find(([path]) => path === '')!;
  for (const name of Object.keys(self.dependencies!)) expect(listed).toContain(name);
  const development = Object.keys(self.devDependencies!).filter((name) =>
    packages.some(([path, { dev }]) => path === `node_modules/${name}` && dev === true),
  );
  expect(development.length).toBeGreaterThan(10);
  expect(development.filter((name) => listed.has(name))).toEqual([]);
  const locked = packages.filter(([path, { dev }]) => path !== '' && dev !== true);
  expect(one.components.length).toBeLessThanOrEqual(locked.length);
  expect(one.components.length).toBeGreaterThan(0.9 * locked.length);
  for (const { purl, hashes } of one.components) {
    expect(purl).toMatch(/^pkg:npm\//);
    expect(hashes).toMatchObject([{ alg: 'SHA-512' }]);
  }
  const refs = one.components.map((part) => part['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  // the same lock file gives the same document, also on another day
  expect(JSON.stringify(one)).not.toMatch(/"(timestamp|serialNumber)"/);
});

test('installed packages of a Debian base are parts, removed ones are not', () => {
  const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: tzdata
Status: install ok installed
Architecture: all
Version: 2026a-0+deb12u1
`;
  expect(debianPackages(status).map(({ purl }) => purl)).toEqual([
    'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64',
    'pkg:deb/debian/tzdata@2026a-0%2Bdeb12u1?arch=all',
  ]);
});

test('what the base has is added, and VX11 depends on it', async () => {
  const before = await packagesSbom(repository);
  const node = program('node', '24.1.0');
  const after = joined(before, [node]);
  expect(after.components).toHaveLength(before.components.length + 1);
  const self = after.metadata.component['bom-ref'];
  const own = after.dependencies.find(({ ref }) => ref === self);
  expect(own?.['dependsOn']).toContain('pkg:generic/node@24.1.0');
});
