import { expect } from 'vitest';
import type {
  Catalog,
  CatalogDeps,
  CatalogModel,
} from '../../../../activities/routing/catalog/catalog.ts';
import { loadCatalog } from '../../../../activities/routing/catalog/load-catalog.ts';

export const now = Date.UTC(2026, 10, 29, 12);

/** Loads a catalog for an environment and the text of the operator's file, without a network. */
export const load = (env: CatalogDeps['env'], file?: string, change: Partial<CatalogDeps> = {}) =>
  loadCatalog({
    env: file === undefined ? env : { ...env, VX11_PROVIDERS_FILE: 'providers.yaml' },
    readFile: () => Promise.resolve(file ?? ''),
    fetch: () => Promise.reject(new TypeError('no network')),
    now: () => now,
    ...change,
  });

export const catalogOf = async (env: CatalogDeps['env'], file?: string): Promise<Catalog> =>
  (await load(env, file)).current();

export function modelOf(catalog: Catalog, id: string): CatalogModel {
  const model = catalog.models.get(id);
  expect(model, id).toBeDefined();
  return model!;
}
