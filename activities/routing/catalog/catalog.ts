import type {
  CliProgramName,
  ProviderEntry,
  ProviderKind,
  ProviderLimits,
  ProviderQuirks,
  ProviderTag,
} from '../../../contracts/provider.ts';
import type { RoutingCatalog, RoutingTarget } from '../../../contracts/routing.ts';

/** Where a number comes from, and of which day it is (`2026-11-20`; null if that is unknown). */
export interface NumberSource {
  from: 'file' | 'list' | 'shipped' | 'genai-prices' | 'default';
  day: string | null;
}

/** A provider that is configured: its key is set, or the operator's file names it. */
export interface CatalogProvider {
  id: string;
  kind: ProviderKind;
  base_url: string;
  /** Names of variables, never their values, and whether they are set. */
  keys: { env: string; set: boolean }[];
  needs_key: boolean;
  /** How the key is sent. */
  auth: 'bearer' | 'x-api-key' | 'x-goog-api-key';
  /** Sent with every request; no secrets. */
  headers: Readonly<Record<string, string>>;
  quirks: ProviderQuirks;
  limits: ProviderLimits;
  service: string | null;
  /** The program of a sandbox that answers, the hosts that it may reach and its memory; null for a server. */
  program: { name: CliProgramName; egress: readonly string[]; memory_mb: number } | null;
  /** The tokens that may use it, by name or principal; null: all. */
  allow: readonly string[] | null;
  /** Another target answers while it wakes for many. */
  prewarm: boolean;
  /** When it is not woken. */
  quiet: NonNullable<ProviderEntry['quiet']> | null;
  /** The price of a minute of its window. */
  usd_per_minute: number;
  tags: readonly ProviderTag[];
  /** It chooses among providers itself: its fallbacks may hide failures. */
  router: boolean;
  in_file: boolean;
  list: ListState;
}

/** What became of asking a provider for its models. `unlisted`: it has no list. */
export type ListState =
  | { state: 'never' | 'unlisted' }
  | { state: 'ok'; at_ms: number; models: number }
  | { state: 'failed'; at_ms: number; why: string };

/** One model of one provider. */
export interface CatalogModel {
  /** What is decided on. Its live parts (blocks, use, sleep, rights) are those of an idle, awake target. */
  target: RoutingTarget;
  provider: string;
  /** The provider's name for it. */
  model: string;
  /** Its file in the folder of hermes' models, if the operator says it. */
  file: string | null;
  /** May be chosen for `auto`; the others answer only by name. */
  auto: boolean;
  quirks: ProviderQuirks;
  sources: Record<'context' | 'max_output' | 'price' | 'can' | 'quality', NumberSource | null>;
  /** The day on which its provider shuts it down, and what it should be replaced by, if that is announced. */
  ends: { day: string; successor: string | null } | null;
}

/** All configured providers and their models at one time. It never changes: a refresh makes another. */
export interface Catalog extends RoutingCatalog {
  providers: readonly CatalogProvider[];
  models: ReadonlyMap<string, CatalogModel>;
  /** What the operator should know, one sentence each. */
  notes: readonly string[];
}

/** A catalog that is kept up to date. */
export interface LiveCatalog {
  /** From memory; never waits. */
  current(): Catalog;
  /**
   * Reads the operator's file again and asks providers for their models. Takes at most 30 s; a provider that fails keeps what
   * was known about it. Never rejects.
   * @param asks which providers are asked, such as those whose service is awake; all by default
   */
  refresh(asks?: (provider: CatalogProvider) => boolean): Promise<void>;
}

export interface CatalogDeps {
  /** The environment, of which only VX11_PROVIDERS_FILE and the keys' variables are read. */
  env: Readonly<Record<string, string | undefined>>;
  readFile: (path: string) => Promise<string>;
  /** Limits the length of answers and follows no redirects: `capFetch(listLimits)`. */
  fetch: typeof fetch;
  /** Epoch ms. */
  now: () => number;
}
