import type { Following, Live } from './live.ts';
import { fixed, follow } from './live.ts';
import { logExpiry, logged, type Log } from './log.ts';
import { readMaterial, type NamedFile, type TlsFiles, type TlsMaterial } from './material.ts';

/** The files of these variables; null if none is set. `variables` says which one names the certificate, the key, the authorities. */
export function tlsFilesOf(
  env: Readonly<Record<string, unknown>>,
  variables: { cert?: string; key?: string; ca?: string },
): TlsFiles | null {
  const named = Object.entries(variables).flatMap(([what, variable]): [string, NamedFile][] => {
    const path = env[variable];
    return typeof path === 'string' && path !== '' ? [[what, { variable, path }]] : [];
  });
  return named.length === 0 ? null : Object.fromEntries(named);
}

/** The paths of the files. */
export const pathsOf = (files: TlsFiles): string[] =>
  [files.cert, files.key, files.ca].flatMap((file) => (file === undefined ? [] : [file.path]));

/**
 * The material of these files, read again when they change.
 * @throws WrongCertificate if they cannot be used at first
 */
export const followMaterial = (
  files: TlsFiles | null,
  following?: Following<TlsMaterial>,
): Live<TlsMaterial> =>
  files === null
    ? fixed({ fingerprint: null, names: '', expiresAt: null })
    : follow(pathsOf(files), () => readMaterial(files, Date.now()), following);

/**
 * The same for the life of this process, with the log: what is read again, what prevents that, and that it ends soon.
 * @param what such as `the certificate of the gateway`
 * @throws WrongCertificate if they cannot be used at first
 */
export function followLogged(files: TlsFiles, log: Log, what: string): Live<TlsMaterial> {
  const material = followMaterial(files, logged(log, what));
  logExpiry(log, what, () => material.current());
  return material;
}
