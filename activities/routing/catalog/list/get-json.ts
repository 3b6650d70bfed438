import type { CatalogProvider } from '../catalog.ts';
import { ListError } from './list-error.ts';

/** How one provider is asked: by paths below its address. */
export type GetJson = (path: string, body?: object) => Promise<unknown>;

/** @param signal ends all requests together */
export const getJsonOf =
  (
    { base_url, auth, headers }: Pick<CatalogProvider, 'base_url' | 'auth' | 'headers'>,
    key: string | undefined,
    fetcher: typeof fetch,
    signal: AbortSignal,
  ): GetJson =>
  async (path, body) => {
    const own = key === undefined ? {} : authorization(auth, key);
    const post = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...headers, ...own, 'content-type': 'application/json' },
    };
    const get = { headers: { ...headers, ...own } };
    const response = await fetcher(`${base_url}${path}`, {
      ...(body === undefined ? get : post),
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new ListError(`it answered ${response.status}`);
    }
    const text = await response.text();
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new ListError('its answer is not JSON');
    }
  };

const authorization = (auth: CatalogProvider['auth'], key: string): Record<string, string> =>
  auth === 'bearer' ? { authorization: `Bearer ${key}` } : { [auth]: key };
