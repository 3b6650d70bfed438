import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { registryReference } from '../../domain/services/registry-reference.ts';
import { credentialsFor, type RegistryAuth } from './credentials.ts';
import { registryOf } from '../../domain/services/image-source.ts';

/** What a registry says of a tag. */
export interface RemoteImage {
  /** Of the manifest list, or of the manifest where there is no list. */
  digest: string;
  /** Share of the quota that is left, from 0 to 1; null if it does not say. */
  quota: number | null;
}

const askMs = 10_000;
const mostToken = 64 * 1024;
const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The tag has no image there, or the registry refuses us. */
export class RegistryError extends Error {
  override name = 'RegistryError';
}

const tokenAnswer = z.looseObject({
  token: z.string().optional(),
  access_token: z.string().optional(),
});

/**
 * Asks the registry of an image for the digest of its tag: a HEAD, which counts as no pull, and a token before it where one is
 * wanted. Nothing is fetched. @param dockerConfig the folder of Docker's config.json
 * @returns null for a reference that never moves
 * @throws RegistryError, CredentialError
 */
export async function remoteImage(
  ref: string,
  dockerConfig: string,
  signal: AbortSignal = AbortSignal.timeout(askMs),
): Promise<RemoteImage | null> {
  const at = registryReference(ref);
  if (at === null) return null;
  const { host, repository, tag } = at;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host);
  const url = `${isLocal ? 'http' : 'https'}://${host}/v2/${repository}/manifests/${tag}`;
  const head = (authorization: string | null): Promise<Dispatcher.ResponseData> =>
    request(url, {
      method: 'HEAD',
      headers: { accept, 'user-agent': 'vx11', ...(authorization !== null && { authorization }) },
      signal,
    }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new RegistryError(`${host} does not answer: ${why.slice(0, 200)}`, { cause: error });
    });
  let answer = await head(null);
  if (answer.statusCode === 401) {
    const auth = await credentialsFor(dockerConfig, registryOf(ref));
    const wanted = headerOf(answer, 'www-authenticate') ?? '';
    answer = await head(await authorizationFor(wanted, auth, { isLocal, signal }));
  }
  const digest = headerOf(answer, 'docker-content-digest');
  if (answer.statusCode !== 200 || digest === null || !/^sha256:[\da-f]{64}$/.test(digest))
    throw new RegistryError(`${host} answers ${answer.statusCode} for ${repository}:${tag}`);
  return { digest, quota: quotaOf(answer) };
}

const headerOf = ({ headers }: Dispatcher.ResponseData, name: string): string | null => {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
};

/** `ratelimit-remaining: 76;w=21600` of `ratelimit-limit: 100;w=21600`. */
function quotaOf(answer: Dispatcher.ResponseData): number | null {
  const [limit, left] = ['ratelimit-limit', 'ratelimit-remaining'].map((name) =>
    Number.parseInt(headerOf(answer, name) ?? '', 10),
  ) as [number, number];
  return limit > 0 && left >= 0 ? left / limit : null;
}

const basic = ({ username = '', password = '' }: RegistryAuth): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

async function authorizationFor(
  wanted: string,
  auth: RegistryAuth | null,
  { isLocal, signal }: { isLocal: boolean; signal: AbortSignal },
): Promise<string | null> {
  if (auth?.registrytoken !== undefined) return `Bearer ${auth.registrytoken}`;
  if (/^basic/i.test(wanted)) return auth === null ? null : basic(auth);
  const part = (name: string): string | undefined =>
    new RegExp(`${name}="([^"]*)"`, 'i').exec(wanted)?.[1];
  const realm = URL.parse(part('realm') ?? '');
  // credentials go to nobody in plain text
  if (realm === null || (realm.protocol !== 'https:' && !isLocal)) return null;
  for (const name of ['service', 'scope']) {
    const value = part(name);
    if (value !== undefined) realm.searchParams.set(name, value);
  }
  const headers = auth?.username === undefined ? {} : { authorization: basic(auth) };
  const { statusCode, body } = await request(realm, { headers, signal });
  const text = (await body.text()).slice(0, mostToken);
  if (statusCode !== 200) return null;
  const { token, access_token } = tokenAnswer.parse(JSON.parse(text));
  const found = token ?? access_token;
  return found === undefined ? null : `Bearer ${found}`;
}
