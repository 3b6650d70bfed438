import type { ComposeConfig, ComposeService } from '../contracts/compose.ts';
import type { CatalogService, ConfirmRule } from '../contracts/service.ts';
import { gpuBudget, gpuNeed } from './gpu.ts';
import { imageSource } from './image-source.ts';
import { parseBytes, parseDuration } from './quantity.ts';

const minute = 60_000;
/** What holds where the compose file says nothing. */
export const catalogDefaults = {
  default_ttl_ms: 10 * minute,
  max_ttl_ms: 240 * minute,
  start_timeout_ms: 30_000,
  /** Compose's own. */
  stop_grace_ms: 10_000,
} as const;

/** The Engine's own defaults of a health check. */
const healthDefaults = { interval: 30_000, timeout: 30_000, retries: 3, start_period: 0 };

export interface CatalogContent {
  services: CatalogService[];
  budget: {
    memory_bytes: number | null;
    cpus: number | null;
    gpus: number | null;
    gpu_memory_bytes: number | null;
  };
  confirm: ConfirmRule;
}

/**
 * What VX11 needs to know of the services of a compose file.
 * @param hashes each service's hash, as `docker compose config --hash '*'` prints it
 * @throws Error with a sentence that names the setting which cannot be understood
 */
export function catalogContent(
  config: ComposeConfig,
  hashes: ReadonlyMap<string, string>,
): CatalogContent {
  const stack = config['x-vx11'] ?? {};
  const services = Object.entries(config.services).map(([name, service]) =>
    toCatalogService(config.name, name, service, stack, hashes.get(name) ?? ''),
  );
  return {
    services: services.sort((a, b) => a.name.localeCompare(b.name)),
    budget: {
      memory_bytes: bytesOf(stack.budget?.memory, 'x-vx11.budget.memory'),
      cpus: numberOf(stack.budget?.cpus, 'x-vx11.budget.cpus'),
      ...gpuBudget(stack.budget),
    },
    confirm: confirmRuleOf(stack),
  };
}

/** One person is enough, and may be the one who asked, where the file says nothing. */
export const defaultConfirm: ConfirmRule = {
  quorum: 1,
  no_self_approval: false,
  expires_ms: 10 * minute,
};

function confirmRuleOf({ confirm }: NonNullable<ComposeConfig['x-vx11']>): ConfirmRule {
  const where = 'x-vx11.confirm.expires';
  const expires_ms = durationOf(confirm?.expires, where) ?? defaultConfirm.expires_ms;
  if (expires_ms < 1000) throw new Error(`${where}: nobody confirms within less than 1s`);
  const quorum = confirm?.quorum ?? defaultConfirm.quorum;
  const no_self_approval = confirm?.no_self_approval ?? defaultConfirm.no_self_approval;
  return { quorum, no_self_approval, expires_ms };
}

function toCatalogService(
  project: string,
  name: string,
  service: ComposeService,
  stack: NonNullable<ComposeConfig['x-vx11']>,
  hash: string,
): CatalogService {
  const own = service['x-vx11'] ?? {};
  const setting = (key: 'default_ttl' | 'max_ttl', fallback: number): number => {
    const where = `services.${name}.x-vx11.${key}`;
    const ms = durationOf(own[key] ?? stack[key], where) ?? fallback;
    if (ms < 1000) throw new Error(`${where}: a window lasts at least 1s`);
    return ms;
  };
  const max_ttl_ms = setting('max_ttl', catalogDefaults.max_ttl_ms);
  const limits = service.deploy?.resources?.limits;
  return {
    name,
    tier: own.tier ?? 'window',
    image: service.image ?? '',
    config_hash: hash,
    depends_on: Object.entries(service.depends_on ?? {}).map(([dependency, how]) => ({
      service: dependency,
      condition: how.condition,
      required: how.required ?? true,
    })),
    default_ttl_ms: Math.min(setting('default_ttl', catalogDefaults.default_ttl_ms), max_ttl_ms),
    max_ttl_ms,
    idle_ms: durationOf(own.idle ?? stack.idle, `services.${name}.x-vx11.idle`),
    stray: own.stray ?? stack.stray ?? 'stop',
    has_healthcheck: hasHealthcheck(service),
    start_timeout_ms: startTimeout(name, service),
    stop_grace_ms:
      durationOf(service.stop_grace_period, `services.${name}.stop_grace_period`) ??
      catalogDefaults.stop_grace_ms,
    ports: tcpPorts(service),
    restart: restartOf(service.restart),
    replicas: service.deploy?.replicas ?? service.scale ?? 1,
    memory_bytes: bytesOf(limits?.memory ?? service.mem_limit, `services.${name}.mem_limit`),
    cpus: numberOf(limits?.cpus ?? service.cpus, `services.${name}.cpus`),
    auto_open: own.auto_open ?? stack.auto_open ?? true,
    image_source: imageSource(project, name, service, own.pull ?? stack.pull),
    gpu: gpuNeed(name, service),
  };
}

/** One that only its image declares is found when the container is inspected. */
function hasHealthcheck({ healthcheck }: ComposeService): boolean {
  return (
    healthcheck !== undefined && healthcheck.disable !== true && healthcheck.test?.[0] !== 'NONE'
  );
}

/** How long the health check may take to decide by its own settings, and never less than our default. */
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

/** `on-failure:3` is `on-failure`: how often is ours to decide inside a window. */
function restartOf(text: string | undefined): CatalogService['restart'] {
  const policy = text?.split(':')[0];
  return policy === 'always' || policy === 'on-failure' || policy === 'unless-stopped'
    ? policy
    : 'no';
}

function durationOf(text: string | undefined, where: string): number | null {
  return parsed(text, where, parseDuration, 'a duration such as 90s, 10m or 1h30m');
}

function bytesOf(text: string | undefined, where: string): number | null {
  return parsed(text, where, parseBytes, 'a size such as 512m or 2gb');
}

function numberOf(text: string | undefined, where: string): number | null {
  const positive = (from: string) => (Number(from) > 0 ? Number(from) : null);
  return parsed(text, where, positive, 'a number above 0');
}

function parsed(
  text: string | undefined,
  where: string,
  parse: (text: string) => number | null,
  wanted: string,
): number | null {
  if (text === undefined) return null;
  const value = parse(text);
  if (value === null) throw new Error(`${where}: "${text}" is not ${wanted}`);
  return value;
}
