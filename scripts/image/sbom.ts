import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { basePackages, program } from './sbom/base-packages.ts';
import { packagesSbom, type Component, type Sbom } from './sbom/packages.ts';

/** The image label with the path of its bill of materials. */
export const sbomLabel = 'vx11.sbom';
export const sbomPath = '/app/sbom.cdx.json';

/** What each program calls its version; the folders are those of the stage. */
const programs: Record<string, RegExp> = {
  'bin/docker-compose': /version v?(\d[\w.+-]*)/,
  'programs/temporal': /Server (\d[\w.+-]*)/,
};

/**
 * Writes `stage`/app/sbom.cdx.json: what is in the image, as CycloneDX: the production packages of the lock file, those of the
 * base image, and the programs that are staged for it.
 * @param staged the entries of the stage folder that the image gets
 */
export async function stageSbom(
  repository: string,
  stage: string,
  { base, staged }: { base: string; staged: readonly string[] },
): Promise<void> {
  const [packages, below, beside] = await Promise.all([
    packagesSbom(repository),
    basePackages(base),
    stagedPrograms(stage, staged),
  ]);
  const all = joined(packages, [...below, ...beside]);
  writeFileSync(join(stage, 'app/sbom.cdx.json'), `${JSON.stringify(all, null, 1)}\n`);
}

/** The document with further parts, which VX11 depends on. */
export function joined(document: Sbom, parts: readonly Component[]): Sbom {
  const self = document.metadata.component['bom-ref'];
  const refs = parts.map((part) => part['bom-ref']);
  const dependencies = document.dependencies.map((one) =>
    one.ref === self ? { ...one, dependsOn: [...one.dependsOn, ...refs] } : one,
  );
  return { ...document, components: [...document.components, ...parts], dependencies };
}

async function stagedPrograms(stage: string, staged: readonly string[]): Promise<Component[]> {
  const here = Object.entries(programs).filter(
    ([file]) => staged.includes(file.split('/')[0]!) && existsSync(join(stage, file)),
  );
  return Promise.all(
    here.map(async ([file, pattern]) => {
      const asking = file.endsWith('compose') ? 'version' : '--version';
      const { stdout } = await promisify(execFile)(join(stage, file), [asking]);
      return program(file.split('/')[1]!, pattern.exec(stdout)?.[1] ?? 'unknown');
    }),
  );
}
