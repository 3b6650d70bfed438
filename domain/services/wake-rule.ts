import type { ComposeService } from '../../contracts/compose.ts';
import type { CatalogService } from '../../contracts/service.ts';
import type { WakeRule, WakeSource } from '../../contracts/wake.ts';
import { parseDuration, parseSetting } from './compose-units.ts';

/** A request renews a window once in this time at most. */
const renewMs = 60_000;
/** Sablier's default. */
const blockingMs = 60_000;

/** Parts of User-Agents of monitors and crawlers, which look at sites that nobody uses. */
export const ignoredAgents = [
  'kube-probe',
  'Uptime-Kuma',
  'UptimeRobot',
  'Pingdom',
  'StatusCake',
  'Site24x7',
  'HetrixTools',
  'Datadog/Synthetics',
  'Gatus',
  'Zabbix',
  'Prometheus',
  'Blackbox Exporter',
  'check_http',
  'Googlebot',
  'bingbot',
  'YandexBot',
  'Baiduspider',
  'DuckDuckBot',
  'AhrefsBot',
  'SemrushBot',
  'PetalBot',
  'GPTBot',
  'ClaudeBot',
  'CCBot',
  'facebookexternalhit',
];

type Limits = Pick<CatalogService, 'tier' | 'default_ttl_ms' | 'max_ttl_ms'>;

/**
 * How requests may wake a service: from `x-vx11.wake`, or from Sablier's labels.
 * @returns null if they may not
 * @throws Error that names the wrong setting and what to change
 */
export function wakeRuleOf(
  project: string,
  name: string,
  service: ComposeService,
  { tier, default_ttl_ms, max_ttl_ms }: Limits,
): WakeRule | null {
  const own = service['x-vx11']?.wake;
  const labels = service.labels ?? {};
  if (own === null || (own === undefined && labels['sablier.enable'] !== 'true')) return null;
  const where = own === undefined ? `services.${name}.labels` : `services.${name}.x-vx11.wake`;
  if (tier !== 'window') {
    const change = own === undefined ? 'remove sablier.enable' : 'remove wake';
    throw new Error(`${where}: a service of the ${tier} tier always runs; ${change}`);
  }
  const source: WakeSource = own ?? {};
  const duration = (key: 'ttl' | 'renew' | 'max' | 'blocking', fallback: number): number =>
    lengthOf(source[key], `${where}.${key}`) ?? fallback;
  const max_ms = duration('max', max_ttl_ms);
  if (max_ms > max_ttl_ms)
    throw new Error(`${where}.max: it is longer than max_ttl; lower it, or raise max_ttl`);
  const ttl_ms = duration('ttl', Math.min(default_ttl_ms, max_ms));
  if (ttl_ms > max_ms)
    throw new Error(`${where}.ttl: it is longer than max, the longest time of a window; lower it`);
  const renew_ms = duration('renew', Math.min(renewMs, Math.floor(ttl_ms / 2)));
  if (renew_ms >= ttl_ms)
    throw new Error(`${where}.renew: it has to be shorter than ttl, or a window ends while in use`);
  const readyAfter = labels['sablier.ready-after'] ?? undefined;
  return {
    container: service.container_name ?? `${project}-${name}-1`,
    ttl_ms,
    renew_ms,
    max_ms,
    groups: source.groups ?? groupsOf(labels, own === undefined),
    blocking_ms: duration('blocking', blockingMs),
    ignore_agents: source.ignore_agents ?? ignoredAgents,
    ready_after_ms: lengthOf(readyAfter, `services.${name}.labels."sablier.ready-after"`, 0) ?? 0,
  };
}

function lengthOf(text: string | undefined, where: string, least = 1000): number | null {
  const ms = parseSetting(text, where, parseDuration, 'a duration such as 90s, 10m or 1h30m');
  if (ms !== null && ms < least) throw new Error(`${where}: it is at least 1s`);
  return ms;
}

/** Sablier puts a service that names no group into the group `default`. */
function groupsOf(labels: NonNullable<ComposeService['labels']>, byLabels: boolean): string[] {
  const named = (labels['sablier.group'] ?? '').split(',').flatMap((text) => text.trim() || []);
  return named.length === 0 && byLabels ? ['default'] : [...new Set(named)];
}
