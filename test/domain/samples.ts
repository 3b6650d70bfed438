import { maxExpiresAt } from '../../contracts/max-expiry.ts';
import type { Who } from '../../contracts/principal.ts';
import { composeConfig } from '../../contracts/compose.ts';
import type { CatalogService, ServiceObservation } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { catalogContent, type CatalogContent } from '../../domain/services/catalog.ts';

/** A fixed noon, in epoch ms. */
export const noon = Date.parse('2026-01-05T12:00:00.000Z');
export const iso = (at: number): string => new Date(at).toISOString();
export const minute = 60_000;

/** A window requested at noon: `web` for ten minutes, at most an hour. */
export const aWindow = (change: Partial<WindowView> = {}): WindowView => ({
  window_id: 'window-00000000000000a1',
  kind: 'target',
  host: 'host-a',
  target: 'web',
  services: ['web'],
  members: [],
  state: 'requested',
  mode: 'ttl',
  ttl_ms: 10 * minute,
  max_ttl_ms: 60 * minute,
  owner: 'ada',
  reason: null,
  correlation_id: 'c-1',
  requested_at: iso(noon),
  opened_at: null,
  expires_at: null,
  closed_at: null,
  extensions: 0,
  services_started: [],
  services_failed: [],
  waiting_for: null,
  approval: null,
  receipt: null,
  max_expires_at: maxExpiresAt({
    mode: 'ttl',
    opened_at: null,
    max_ttl_ms: 60 * minute,
    ...change,
  }),
  ...change,
});

/** The same window, open since noon, with its deadline ten minutes later. */
export const anOpenWindow = (change: Partial<WindowView> = {}): WindowView =>
  aWindow({
    state: 'open',
    members: ['web'],
    services_started: ['web'],
    opened_at: iso(noon),
    expires_at: iso(noon + 10 * minute),
    ...change,
  });

export const aService = (
  name: string,
  change: Partial<Omit<CatalogService, 'depends_on'>> & { needs?: string[] } = {},
): CatalogService => {
  const { needs = [], ...rest } = change;
  return {
    name,
    tier: 'window',
    image: 'tiny',
    config_hash: 'hash',
    depends_on: needs.map((service) => ({ service, condition: 'service_started', required: true })),
    default_ttl_ms: 10 * minute,
    max_ttl_ms: 60 * minute,
    idle_ms: null,
    stray: 'stop',
    has_healthcheck: false,
    start_timeout_ms: 30_000,
    stop_grace_ms: 10_000,
    ports: [],
    restart: 'no',
    replicas: 1,
    memory_bytes: null,
    cpus: null,
    ...rest,
  };
};

export const byName = (services: CatalogService[]): Map<string, CatalogService> =>
  new Map(services.map((service) => [service.name, service]));

/** The last observation of `web`: it runs, and no stop is known. */
export const seen = (change: Partial<ServiceObservation> = {}): ServiceObservation => ({
  name: 'web',
  host: 'host-a',
  container_id: 'c0ffee',
  container_name: 'shop-web-1',
  state: 'running',
  health: 'none',
  exit_code: null,
  started_at: noon,
  finished_at: null,
  stop: null,
  stray_since: null,
  tolerated: false,
  outdated: false,
  memory_bytes: null,
  note: null,
  ...change,
});

/** The catalog of services given as `docker compose config --format json` prints them. */
export function catalogOf(
  services: Record<string, unknown>,
  stack?: Record<string, unknown>,
): CatalogContent {
  const config = { name: 'shop', services, ...(stack === undefined ? {} : { 'x-vx11': stack }) };
  return catalogContent(composeConfig.parse(config), new Map([['web', 'abc123']]));
}

/** A person with a known name and no known token. */
export const person = (name: string): Who => ({ name, principal: null });
