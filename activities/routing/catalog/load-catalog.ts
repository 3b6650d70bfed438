import type { ProviderEntry } from '../../../contracts/provider.ts';
import { buildCatalog } from './build-catalog.ts';
import type { CatalogDeps, LiveCatalog } from './catalog.ts';
import { configure } from './configure.ts';
import { readProvidersFile } from './file/providers-file.ts';

/**
 * Reads which providers are configured, and what is known about their models, without asking any of them: `refresh` does that.
 *
 * @throws ProvidersFileError, or an error that names the file if it cannot be read
 */
export async function loadCatalog(deps: CatalogDeps): Promise<LiveCatalog> {
  const { listPrice } = await import('./prices/genai-prices.ts');
  const entries = await readEntries(deps);
  const { configured, notes } = configure(entries, deps.env);
  const catalog = buildCatalog(configured, new Map(), notes, listPrice, deps.now());
  return { current: () => catalog, refresh: () => Promise.resolve() };
}

async function readEntries({ env, readFile }: CatalogDeps): Promise<ProviderEntry[]> {
  const path = env['VX11_PROVIDERS_FILE'] ?? '';
  if (path === '') return [];
  const text = await readFile(path).catch((error: unknown) => {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Error(
      `VX11_PROVIDERS_FILE is "${path}", which cannot be read (${code}). Correct the path, or unset it.`,
    );
  });
  return readProvidersFile(path, text);
}
