import type { Rule } from '../../finding.ts';
import { composeFact, setIn, sourceFor } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { unresolvedHosts } from '../../reading/hosts.ts';
import {
  definitionOf,
  keysOf,
  namesIn,
  readStack,
  serviceNames,
  type Stack,
} from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';
import { locate } from '../../../patches/yaml-document.ts';
import { isMapValue } from '../../../patches/yaml-value.ts';

/** 4: a service cannot resolve another one, since no network has both. The consumer joins one of the provider's. */
export const noCommonNetwork: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((consumer) =>
    unresolvedHosts(stack, consumer).flatMap(({ host, fact, named }) => {
      const provider = providerOf(stack, host);
      if (provider === null || provider === consumer.name) return [];
      const [mine, theirs] = [networksOf(stack, consumer.name), networksOf(stack, provider)];
      if (mine === null || theirs === null || theirs.length === 0) return [];
      if (mine.some((name) => theirs.includes(name))) return [];
      const network = theirs.toSorted((a, b) => openness(stack, a) - openness(stack, b))[0]!;
      const path = ['services', consumer.name, 'networks'];
      const source = sourceFor(stack, path);
      const written = source === null ? undefined : locate(source, path)?.value;
      const operation = isMapValue(written)
        ? setIn(stack, [...path, network], {})
        : setIn(
            stack,
            Array.isArray(written) ? [...path, written.length] : path,
            Array.isArray(written) ? network : [...mine, network],
          );
      return [
        finding(
          { class: 'no_common_network', service: consumer.name, confidence: named ? 0.95 : 0.8 },
          `${consumer.name} cannot resolve ${host}, because it is in none of the networks of ${provider}`,
          [
            fact,
            ...composeFact(stack, path),
            ...composeFact(stack, ['services', provider, 'networks']),
          ],
          change([operation], `a network that ${consumer.name} and ${provider} share`),
        ),
      ];
    }),
  );
};

/** The service behind a name of the stack: its own, its container's, or an alias. */
function providerOf(stack: Stack, host: string): string | null {
  const names = serviceNames(stack);
  if (names.includes(host)) return host;
  const others = names.filter((name) => {
    const { container_name, networks } = definitionOf(stack, name);
    const aliases = keysOf(networks).flatMap((network) =>
      namesIn((networks as Record<string, { aliases?: unknown } | null>)[network]?.aliases),
    );
    return container_name === host || aliases.includes(host);
  });
  return others.length === 1 ? others[0]! : null;
}

/** Null if it has no networks of its own: the host's, another service's, none. */
function networksOf(stack: Stack, name: string): string[] | null {
  const { networks, network_mode } = definitionOf(stack, name);
  if (network_mode !== undefined && network_mode !== null) return null;
  const names = namesIn(networks);
  return names.length === 0 ? ['default'] : names;
}

/** Internal networks first, then those with the fewest services; never an external one before one of the stack. */
function openness(stack: Stack, network: string): number {
  const settings = stack.capture.compose.networks[network];
  const members = serviceNames(stack).filter((name) => networksOf(stack, name)?.includes(network));
  const isInternal = isMapValue(settings) && settings.internal === true;
  const isExternal = isMapValue(settings) && Boolean(settings.external);
  return (isInternal ? 0 : 1000) + (isExternal ? 10_000 : 0) + members.length;
}
