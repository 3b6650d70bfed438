import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Component } from './packages.ts';

const run = promisify(execFile);
const debianStatus = '/var/lib/dpkg/status';

/** Runs a program of an image without network; null if it fails. */
const inImage = (image: string, ...command: string[]): Promise<string | null> => {
  const [file, ...args] = command;
  const flags = ['run', '--rm', '--network=none', `--entrypoint=${file}`];
  return run('docker', [...flags, image, ...args], { maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    () => null,
  );
};

/**
 * Node and the Debian packages of a base image: those that it lists itself or, for one that scripts/base-image.mjs has made of
 * this machine's files, the packages here that own them. Without dpkg, only Node.
 */
export async function basePackages(base: string): Promise<Component[]> {
  const [node, listed] = await Promise.all([
    inImage(base, 'node', '--version'),
    inImage(base, 'cat', debianStatus),
  ]);
  const status = listed ?? (await ownersOf(base));
  const version = node?.trim().replace(/^v/, '');
  return [...(version ? [program('node', version)] : []), ...debianPackages(status)];
}

/** A program that no package manager knows. */
export function program(name: string, version: string): Component {
  const purl = `pkg:generic/${name}@${version}`;
  return { 'bom-ref': purl, type: 'application', name, version, purl };
}

/** The installed packages in the text of /var/lib/dpkg/status. */
export function debianPackages(status: string): Component[] {
  const found = status.split(/\n\n+/).flatMap((paragraph): Component[] => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: (.+)$`, 'm').exec(paragraph)?.[1];
    const [name, version, arch] = ['Package', 'Version', 'Architecture'].map(field);
    if (!name || !version || !field('Status')?.endsWith(' installed')) return [];
    const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${arch ?? 'all'}`;
    return [{ 'bom-ref': purl, type: 'library', name, version, purl }];
  });
  return [...new Map(found.map((one) => [one.purl, one])).values()];
}

/** The paragraphs of dpkg's status for the packages of this machine that own the base's libraries and its shell. */
async function ownersOf(base: string): Promise<string> {
  const listing = await inImage(base, 'find', '/lib', '/lib64', '/usr', '/bin', '-type', 'f');
  const files = (listing ?? '').split('\n').filter((file) => /\.so|busybox|^\/usr\/bin/.test(file));
  const out = (error: { stdout?: string }): { stdout: string } => ({ stdout: error.stdout ?? '' });
  const { stdout } = await run('dpkg-query', ['-S', ...files]).catch(out);
  const names = [...stdout.matchAll(/^([^\s:,]+)(?::\w+)?: /gm)].map(([, name]) => name!);
  if (names.length === 0) return '';
  const shown = await run('dpkg-query', ['-s', ...new Set(names)]).catch(out);
  return shown.stdout;
}
