import type { ProviderEntry, ProviderKind, ProviderTag } from '../../../contracts/provider.ts';
import { spawnerService } from '../../../contracts/queues.ts';
import { cliPrograms } from '../../../domain/routing/cli/programs.ts';
import type { CatalogProvider } from './catalog.ts';
import type { KnownProvider } from './known/known-provider.ts';
import { knownProviders, quirksOfKind } from './known/known-providers.ts';

/** A provider that is in use, with what the operator says about its models. */
export interface Configured {
  provider: Omit<CatalogProvider, 'list'>;
  known: KnownProvider | null;
  entry: ProviderEntry | null;
}

type Env = Readonly<Record<string, string | undefined>>;

const authOf: Readonly<Record<ProviderKind, CatalogProvider['auth']>> = {
  openai: 'bearer',
  anthropic: 'x-api-key',
  gemini: 'x-goog-api-key',
  ollama: 'bearer',
  cli: 'bearer',
};
const headersOf = (kind: ProviderKind): Record<string, string> =>
  kind === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {};

/**
 * The providers of the operator's file, then the known ones whose key is set. `notes` says what is missing of those that
 * cannot be used.
 */
export function configure(
  entries: readonly ProviderEntry[],
  env: Env,
): { configured: Configured[]; notes: string[] } {
  const configured: Configured[] = [];
  const notes: string[] = [];
  const add = (known: KnownProvider | null, entry: ProviderEntry | null): void => {
    const id = (entry ?? known!).id;
    const { url, missing } = fill(entry?.base_url ?? known?.base_url ?? '', env);
    if (missing.length === 0)
      configured.push({ provider: providerOf(id, url, known, entry, env), known, entry });
    else notes.push(`${id} is not used: set ${missing.join(' and ')} to complete its address.`);
  };
  for (const entry of entries) add(knownFor(entry), entry);
  const named = new Set(entries.map(({ id }) => id));
  const names = [
    ...entries.flatMap(({ key_env, keys = [] }) =>
      key_env === undefined ? keys : [key_env, ...keys],
    ),
    ...[...knownProviders.values()].flatMap(({ keys }) => keys),
  ];
  for (const name of new Set(names))
    if ((env[name] ?? '') !== '' && !isSet(env, name))
      notes.push(
        `${name} is not used: it holds a space, a line break or another character that no key has.`,
      );
  for (const known of knownProviders.values())
    if (!named.has(known.id) && known.keys.some((name) => isSet(env, name))) add(known, null);
  return { configured, notes };
}

/** What is known of an entry's server; a program that has the name of one, such as opencode, is not that server. */
const knownFor = ({ id, kind }: ProviderEntry): KnownProvider | null =>
  kind === 'cli' ? null : (knownProviders.get(id) ?? null);

/** What cannot be a header is no key: fetch would throw an error that quotes it. */
const isSet = (env: Env, name: string): boolean => /^[\x21-\x7e]+$/.test(env[name] ?? '');

/** Puts variables into an address; the names of those that are not set. */
function fill(template: string, env: Env): { url: string; missing: string[] } {
  const missing: string[] = [];
  const url = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!isSet(env, name)) missing.push(name);
    return encodeURIComponent(env[name] ?? '');
  });
  return { url, missing };
}

function providerOf(
  id: string,
  url: string,
  known: KnownProvider | null,
  entry: ProviderEntry | null,
  env: Env,
): Configured['provider'] {
  const kind = entry?.kind ?? known?.kind ?? 'openai';
  const keys = keysOf(known, entry, env);
  return {
    id,
    kind,
    base_url: baseOf(kind, url),
    keys,
    needs_key: keys.length > 0,
    auth: authOf[kind],
    headers: headersOf(kind),
    quirks: { ...quirksOfKind[kind], ...known?.quirks },
    limits: entry?.limits ?? {},
    program: programOf(entry),
    // a program runs in a sandbox: it is awake while the spawner is
    service: entry?.service ?? (kind === 'cli' ? spawnerService : null),
    allow: entry?.allow ?? null,
    prewarm: entry?.prewarm === true,
    quiet: entry?.quiet ?? null,
    usd_per_minute: entry?.usd_per_minute ?? 0,
    tags: tagsOf(kind, keys.length > 0, known, entry),
    router: known?.router === true,
    in_file: entry !== null,
  };
}

const programOf = (entry: ProviderEntry | null): CatalogProvider['program'] => {
  if (entry?.program === undefined) return null;
  const { program: name, egress = [], memory_mb = cliPrograms[name].memoryMb } = entry;
  return { name, egress, memory_mb };
};

/** Ollama's own API is beside its `/v1`. */
const baseOf = (kind: ProviderKind, url: string): string => {
  const bare = url.replace(/\/+$/, '');
  return kind === 'ollama' ? bare.replace(/\/(v1|api)$/, '') : bare;
};

/** A server of Ollama without a key is somebody's own. */
function tagsOf(
  kind: ProviderKind,
  hasKey: boolean,
  known: KnownProvider | null,
  entry: ProviderEntry | null,
): ProviderTag[] {
  const own: ProviderTag[] = kind === 'ollama' && !hasKey ? ['local'] : [];
  return [...new Set([...own, ...(known?.tags ?? []), ...(entry?.tags ?? [])])];
}

/** The variables of its keys; of several names for one key, the first that is set. Two with one value are one key. */
function keysOf(
  known: KnownProvider | null,
  entry: ProviderEntry | null,
  env: Env,
): CatalogProvider['keys'] {
  const { key_env: first, keys: more = [] } = entry ?? {};
  const usual = known?.keys.find((name) => isSet(env, name)) ?? known?.keys[0];
  const main = first ?? (more.length === 0 ? usual : undefined);
  const names = [...new Set([...(main === undefined ? [] : [main]), ...more])];
  const values = new Set<string>();
  return names.flatMap<CatalogProvider['keys'][number]>((name) => {
    if (!isSet(env, name)) return [{ env: name, set: false }];
    const value = env[name]!;
    if (values.has(value)) return [];
    values.add(value);
    return [{ env: name, set: true }];
  });
}
