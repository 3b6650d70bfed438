import type { CapturedService } from '../captured-service.ts';
import { allLines, type Line } from './lines.ts';
import { isAnonymousUnknownHost } from './error-texts.ts';
import type { Stack } from './stack.ts';
import { dependenciesOf } from './suspects.ts';

const name = '([A-Za-z0-9][\\w.-]*)';
/** How resolvers, drivers and servers of many languages say that a name has no address; the name is the first group. */
const unknownHost = [
  `getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ${name}`,
  `lookup ${name}(?:\\.? on [\\d.:\\[\\]]+)?: (?:no such host|server misbehaving|Temporary failure)`,
  `could not translate host name "${name}"`,
  `Unknown(?: MySQL)? server host '${name}'`,
  `UnknownHostException: ${name}`,
  `host not found in (?:upstream|resolver) "${name}`,
  `\\b${name} could not be resolved`,
  `Could not resolve (?:host|proxy)(?: name)?:? ['"]?${name}`,
  `bad address '${name}`,
  `unable to resolve host address ['‘]${name}`,
  `Failed to resolve '${name}'`,
  `connecting to ${name}:\\d+\\. (?:Name or service not known|Temporary failure|No address)`,
  `Failed to open TCP connection to ${name}:\\d+ \\(getaddrinfo`,
  `getaddrinfo(?: for)? "?${name}"? failed`,
  `Name or service not known:? ['"(]*${name}`,
  `\\b${name}: (?:Name or service not known|Name does not resolve|Temporary failure in name resolution|nodename nor servname)`,
  `(?:failed to lookup address information|dns error)[^'"]*['"]${name}['"]`,
].map((text) => new RegExp(text, 'i'));

/**
 * The hosts that a service could not resolve, with the newest line that says so. Where the line does not name one, these
 * are the services that its settings name.
 */
export function unresolvedHosts(
  stack: Stack,
  service: CapturedService,
): (Line & { host: string; named: boolean })[] {
  const found = new Map<string, Line & { host: string; named: boolean }>();
  const lines = allLines(service);
  for (const line of lines)
    for (const pattern of unknownHost) {
      const host = pattern.exec(line.text)?.[1]?.replace(/\.$/, '');
      if (host !== undefined && !found.has(host)) found.set(host, { ...line, host, named: true });
    }
  const anonymous = lines.find(({ text }) => isAnonymousUnknownHost(text));
  if (found.size > 0 || anonymous === undefined) return [...found.values()];
  const hosts = dependenciesOf(stack, service.name);
  return hosts.map((host) => ({ ...anonymous, host, named: false }));
}
