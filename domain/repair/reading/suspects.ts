import type { CapturedService } from '../captured-service.ts';
import { definitionOf, namesIn, serviceNames, serviceNamed, type Stack } from './stack.ts';

/**
 * The services whose failure can explain a red check: its own first, then those it depends on, by distance. Others
 * are not blamed, however loud their logs are.
 */
export function suspects(stack: Stack): CapturedService[] {
  const names = serviceNames(stack);
  const found = [
    ...new Set(stack.capture.red.map((check) => check.service ?? serviceAt(stack, check.url))),
  ];
  const order = found.filter((name) => name !== null && names.includes(name)) as string[];
  for (const name of order)
    for (const next of dependenciesOf(stack, name)) if (!order.includes(next)) order.push(next);
  return order.map((name) => serviceNamed(stack, name)).filter((service) => service !== null);
}

/** The service that a URL leads to: by its name, or by the port of the host that it publishes. */
function serviceAt(stack: Stack, url: string | null): string | null {
  const [host, port] = [hostOf(url), url === null ? null : portOf(url)];
  if (host === null || !/^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(host)) return host;
  const publishing = new RegExp(`(?:"published":"?|[":])${port}(?:"|,|:\\d)`);
  return (
    serviceNames(stack).find((name) =>
      publishing.test(JSON.stringify(definitionOf(stack, name).ports ?? [])),
    ) ?? null
  );
}

/** What a service needs: by its dependencies, and by the hosts that its settings name. */
export function dependenciesOf(stack: Stack, name: string): string[] {
  const definition = definitionOf(stack, name);
  const settings = JSON.stringify([definition.environment, definition.command, definition.links]);
  const mode = /^service:(.+)$/.exec(String(definition.network_mode))?.[1];
  const hosts = serviceNames(stack).filter((other) => other !== name && namesHost(settings, other));
  const known = serviceNames(stack);
  const all = [...namesIn(definition.depends_on), ...(mode === undefined ? [] : [mode]), ...hosts];
  return [...new Set(all)].filter((other) => known.includes(other));
}

/** Does a text name a host: in a URL, before a port, or as a whole value? */
const namesHost = (text: string, host: string): boolean =>
  new RegExp(`(?://|@|["=,])${RegExp.escape(host)}(?=[:/",])`).test(text);

/** The host of a URL; null without one. */
export function hostOf(url: string | null): string | null {
  return url === null ? null : (/^\w+:\/\/(?:[^@/]*@)?([^:/?#]+)/.exec(url)?.[1] ?? null);
}

/** The port of a URL, also where it is the usual one of its scheme. */
export function portOf(url: string): number | null {
  const [, scheme, port] = /^(\w+):\/\/(?:[^@/]*@)?[^:/?#]+(?::(\d+))?/.exec(url) ?? [];
  if (port !== undefined) return Number(port);
  return scheme === 'http' ? 80 : scheme === 'https' ? 443 : null;
}
