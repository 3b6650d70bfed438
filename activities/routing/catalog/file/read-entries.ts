import { readEnv } from '../../../../contracts/env.ts';
import type { ProviderEntry } from '../../../../contracts/provider.ts';
import type { CatalogDeps } from '../catalog.ts';
import { readProvidersFile } from './providers-file.ts';

/**
 * The entries of the operator's file; none if VX11_PROVIDERS_FILE is not set.
 * @throws ProvidersFileError, or an error that names the file if it cannot be read
 */
export async function readEntries({
  env,
  readFile,
}: Pick<CatalogDeps, 'env' | 'readFile'>): Promise<ProviderEntry[]> {
  const { VX11_PROVIDERS_FILE: path } = readEnv(env, 'VX11_PROVIDERS_FILE');
  if (path === undefined) return [];
  const text = await readFile(path).catch((error: unknown) => {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Error(
      `VX11_PROVIDERS_FILE is "${path}", which cannot be read (${code}). Correct the path, or unset it.`,
    );
  });
  return readProvidersFile(path, text);
}
