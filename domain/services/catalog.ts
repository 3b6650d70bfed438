import type { ComposeConfig, ComposeService } from '../../contracts/compose.ts';
import type { CatalogService, ConfirmRule } from '../../contracts/service.ts';
import { gpuBudget, gpuNeed } from './gpu.ts';
import { imageSource } from './image-source.ts';
import { parseDuration, bytesOf, parseSetting } from './compose-units.ts';
import { startDetails, type StartDetails } from './start-details.ts';
import { isNetworkShared, startFields, type StartFields } from './start-fields.ts';
import { wakeRuleOf } from './wake-rule.ts';

const minute = 60_000;
/** Defaults for settings that the compose file leaves out. */
export const catalogDefaults = {
  default_ttl_ms: 10 * minute,
  max_ttl_ms: 240 * minute,
  start_timeout_ms: 30_000,
  /** Compose's default. */
  stop_grace_ms: 10_000,
} as const;

/** The Engine's defaults for a health check. */
const healthDefaults = { interval: 30_000, timeout: 30_000, retries: 3, start_period: 0 };

export interface CatalogContent {
  services: CatalogService[];
  /** Start details by service; they may hold secrets and must not be stored. */
  details: Map<string, StartDetails>;
  budget: {
    memory_bytes: number | null;
    cpus: number | null;
    gpus: number | null;
    gpu_memory_bytes: number | null;
  };
  confirm: ConfirmRule;
}

/**
 * The catalog of a compose file.
 * @param hashes each service's hash, as in the labels of its containers
 * @param broken services that cannot be opened, with the reason
 * @param profiles the profiles that are always enabled
 * @throws Error that names the invalid top-level setting; an invalid service setting becomes that service's `problem`
 */
export function catalogContent(
  config: ComposeConfig,
  hashes: ReadonlyMap<string, string>,
  broken: ReadonlyMap<string, string> = new Map(),
  profiles: readonly string[] = [],
): CatalogContent {
  const stack = config['x-vx11'] ?? {};
  const details = startDetails(config);
  const refused = (
    name: string,
    { 'x-vx11': own }: ComposeService,
    detail: string,
  ): CatalogService => ({
    ...toCatalogService(name, own?.tier ? { 'x-vx11': { tier: own.tier } } : {}, noStack, ''),
    depends_on: [],
    problem: { error: 'invalid_service', detail },
  });
  const services = Object.entries(config.services).map(([name, service]): CatalogService => {
    const reason = broken.get(name);
    if (reason !== undefined) return refused(name, service, reason);
    try {
      return {
        ...toCatalogService(name, service, config, hashes.get(name) ?? ''),
        ...startFields(name, service, config, details.get(name)!, profiles),
      };
    } catch (error) {
      const detail = (error as Error).message;
      // an invalid top-level setting, which every service inherits, is an error of the whole file
      if (!detail.startsWith(`services.${name}.`)) throw error;
      return refused(name, service, detail);
    }
  });
  return {
    services: services.sort((a, b) => a.name.localeCompare(b.name)),
    details,
    budget: {
      memory_bytes: bytesOf(stack.budget?.memory, 'x-vx11.budget.memory'),
      cpus: numberOf(stack.budget?.cpus, 'x-vx11.budget.cpus'),
      ...gpuBudget(stack.budget),
    },
    confirm: confirmRuleOf(stack),
  };
}

/** A stack without settings. */
const noStack: ComposeConfig = { name: '', services: {} };

/** The default rule: one approval is enough, and the requester may give it. */
export const defaultConfirm: ConfirmRule = {
  quorum: 1,
  no_self_approval: false,
  expires_ms: 10 * minute,
};

function confirmRuleOf({ confirm }: NonNullable<ComposeConfig['x-vx11']>): ConfirmRule {
  const where = 'x-vx11.confirm.expires';
  const expires_ms = durationOf(confirm?.expires, where) ?? defaultConfirm.expires_ms;
  if (expires_ms < 1000) throw new Error(`${where}: the time to confirm is at least 1s`);
  const quorum = confirm?.quorum ?? defaultConfirm.quorum;
  const no_self_approval = confirm?.no_self_approval ?? defaultConfirm.no_self_approval;
  return { quorum, no_self_approval, expires_ms };
}

/** The error for a setting that only the `docker compose` command supports; VX11 would ignore it silently. */
function unsupportedIn(service: ComposeService): string | null {
  const part = (['provider', 'models', 'use_api_socket'] as const).find(
    (key) => service[key] !== undefined && service[key] !== false,
  );
  return part === undefined
    ? null
    : `\`${part}\` is not supported in windows; start this service with docker compose up`;
}

function toCatalogService(
  name: string,
  service: ComposeService,
  config: ComposeConfig,
  hash: string,
): Omit<CatalogService, keyof StartFields> {
  const stack = config['x-vx11'] ?? {};
  const own = service['x-vx11'] ?? {};
  const setting = (key: 'default_ttl' | 'max_ttl', fallback: number): number => {
    const where = `services.${name}.x-vx11.${key}`;
    const ms = durationOf(own[key] ?? stack[key], where) ?? fallback;
    if (ms < 1000) throw new Error(`${where}: a window lasts at least 1s`);
    return ms;
  };
  const start_timeout = own.start_timeout ?? stack.start_timeout;
  const fixed = durationOf(start_timeout, `services.${name}.x-vx11.start_timeout`);
  if (fixed !== null && fixed < 1000)
    throw new Error(`services.${name}.x-vx11.start_timeout: a service has at least 1s to start`);
  const max_ttl_ms = setting('max_ttl', catalogDefaults.max_ttl_ms);
  const limits = service.deploy?.resources?.limits;
  const unsupported = unsupportedIn(service);
  const tier = own.tier ?? 'window';
  const default_ttl_ms = Math.min(
    setting('default_ttl', catalogDefaults.default_ttl_ms),
    max_ttl_ms,
  );
  const wake = wakeRuleOf(config.name, name, service, { tier, default_ttl_ms, max_ttl_ms });
  return {
    name,
    tier,
    image: service.image ?? '',
    config_hash: hash,
    default_ttl_ms,
    max_ttl_ms,
    idle_ms: durationOf(own.idle ?? stack.idle, `services.${name}.x-vx11.idle`),
    stray: own.stray ?? stack.stray ?? 'stop',
    has_healthcheck: hasHealthcheck(service),
    start_timeout_ms: fixed ?? startTimeout(name, service),
    ...(fixed === null ? {} : { start_timeout_fixed: true }),
    stop_grace_ms:
      durationOf(service.stop_grace_period, `services.${name}.stop_grace_period`) ??
      catalogDefaults.stop_grace_ms,
    // in a shared network, an open port does not show which service listens on it
    ports: isNetworkShared(name, config) ? [] : tcpPorts(service),
    ...restartOf(service),
    replicas: service.deploy?.replicas ?? service.scale ?? 1,
    memory_bytes: bytesOf(limits?.memory ?? service.mem_limit, `services.${name}.mem_limit`),
    cpus: numberOf(limits?.cpus ?? service.cpus, `services.${name}.cpus`),
    auto_open: own.auto_open ?? stack.auto_open ?? true,
    image_source: imageSource(config.name, name, service, own.pull ?? stack.pull),
    gpu: gpuNeed(name, service),
    ...(wake === null ? {} : { wake }),
    ...(unsupported === null ? {} : { problem: { error: 'unsupported', detail: unsupported } }),
  };
}

/** Only checks the compose file. A health check declared by the image is found when the container is inspected. */
function hasHealthcheck({ healthcheck }: ComposeService): boolean {
  return (
    healthcheck !== undefined && healthcheck.disable !== true && healthcheck.test?.[0] !== 'NONE'
  );
}

/** The time that the health check needs for a result, by its own settings, but at least the default. */
function startTimeout(name: string, service: ComposeService): number {
  const { healthcheck } = service;
  if (healthcheck === undefined || !hasHealthcheck(service))
    return catalogDefaults.start_timeout_ms;
  const of = (key: 'interval' | 'timeout' | 'start_period'): number =>
    durationOf(healthcheck[key], `services.${name}.healthcheck.${key}`) ?? healthDefaults[key];
  const retries = healthcheck.retries ?? healthDefaults.retries;
  const decided = of('start_period') + retries * of('interval') + of('timeout');
  return Math.max(decided, catalogDefaults.start_timeout_ms);
}

function tcpPorts(service: ComposeService): number[] {
  const published = (service.ports ?? [])
    .filter((port) => (port.protocol ?? 'tcp') === 'tcp')
    .map((port) => port.target);
  const exposed = (service.expose ?? [])
    .filter((port) => !port.endsWith('/udp'))
    .map((port) => Number.parseInt(port, 10))
    .filter((port) => port > 0);
  return [...new Set([...published, ...exposed])];
}

/** As in Compose: `deploy.restart_policy` overrides `restart`, and only `on-failure` limits the number of restarts. */
function restartOf(service: ComposeService): Pick<CatalogService, 'restart' | 'restart_limit'> {
  const [name, limit] = (service.restart ?? 'no').split(':');
  const { condition, max_attempts } = service.deploy?.restart_policy ?? {};
  const asked = service.deploy?.restart_policy === undefined ? name : condition;
  const policy = asked === 'any' ? 'always' : asked;
  const tries = service.deploy?.restart_policy === undefined ? Number(limit ?? 0) : max_attempts;
  if (policy === 'always' || policy === 'unless-stopped') return { restart: policy };
  if (policy !== 'on-failure') return { restart: 'no' };
  // 0 means no limit, as for the Engine
  return { restart: policy, ...(tries !== undefined && tries > 0 ? { restart_limit: tries } : {}) };
}

function durationOf(text: string | undefined, where: string): number | null {
  return parseSetting(text, where, parseDuration, 'a duration such as 90s, 10m or 1h30m');
}

function numberOf(text: string | undefined, where: string): number | null {
  const positive = (from: string) => (Number(from) > 0 ? Number(from) : null);
  return parseSetting(text, where, positive, 'a number above 0');
}
