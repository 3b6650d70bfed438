import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
const folder = 'node_modules/';

const component = z.looseObject({
  'bom-ref': z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
});
const sbom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(component),
  dependencies: z.array(
    z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) }),
  ),
});

/** A part of an image, as CycloneDX names it. */
export type Component = z.infer<typeof component>;
export type Sbom = z.infer<typeof sbom>;

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), dev: z.boolean().optional() }),
  ),
});

/** `name@version` of each package of the lock file that is not for development alone. */
export function productionPackages(repository: string): Set<string> {
  const text = readFileSync(join(repository, 'package-lock.json'), 'utf8');
  const { packages } = lockFile.parse(JSON.parse(text));
  const named = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return new Set(
    named.map(
      ([path, { version }]) => `${path.slice(path.lastIndexOf(folder) + folder.length)}@${version}`,
    ),
  );
}

/**
 * The production packages of the lock file as a CycloneDX document, without time and serial number: the same lock file gives
 * the same document. Asks no registry. Throws npm's error.
 */
export async function packagesSbom(repository: string): Promise<Sbom> {
  // with --omit=dev, npm 11 leaves out each production package that one for development needs too
  const flags = ['--sbom-format=cyclonedx', '--package-lock-only', '--offline'];
  const { stdout } = await run('npm', ['sbom', ...flags], { cwd: repository, maxBuffer: 2 ** 26 });
  const { serialNumber: _, ...document } = sbom.parse(JSON.parse(stdout));
  const { timestamp: __, component: self, ...metadata } = document.metadata;
  const production = productionPackages(repository);
  const components = document.components.filter(({ name, version }) =>
    production.has(`${name}@${version}`),
  );
  const kept = new Set([self['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const dependencies = document.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => kept.has(ref)) }));
  // npm names it after the folder
  const named = { ...metadata, component: { ...self, name: 'vx11' } };
  return { ...document, metadata: named, components, dependencies };
}
