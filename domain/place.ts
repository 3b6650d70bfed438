import type { StepError } from '../contracts/plan.ts';
import type { WindowView } from '../contracts/window.ts';
import { openable, type KnownService, type World } from './plan-world.ts';

/** A host, or why it cannot be told which one is meant. */
export type Placed<T> = ({ ok: true } & T) | { ok: false; error: StepError };

const refuse = (detail: string): { ok: false; error: StepError } => ({
  ok: false,
  error: { code: 'service_not_allowed', detail },
});

export const namesOf = (world: World): string => {
  const known = openable(world);
  return known.length === 0 ? 'none yet' : known.slice(0, 20).join(', ');
};

/** The host that somebody named; null where none was. Refused: one that is not there, and several. */
export function namedHost(hosts: readonly string[], world: World): Placed<{ host: string | null }> {
  const unknown = hosts.find((host) => !world.hosts.includes(host));
  if (unknown !== undefined) {
    return refuse(
      `${unknown} is no host here; there are: ${world.hosts.join(', ') || 'none yet'}.`,
    );
  }
  const [host = null, second] = hosts;
  if (second === undefined) return { ok: true, host };
  return refuse(`One plan is for one host; these are several: ${hosts.join(', ')}.`);
}

/**
 * The one host that has all of these services, by the rules of a window that is opened by a call: the host that was named,
 * the only one that has them all, or none.
 */
export function placeOf(
  names: readonly string[],
  hosts: readonly string[],
  world: World,
): Placed<{ host: string; services: KnownService[] }> {
  const named = namedHost(hosts, world);
  if (!named.ok) return named;
  const whole = world.hosts.filter((host) =>
    names.every((name) => world.services.some((one) => one.host === host && one.name === name)),
  );
  const wanted = named.host ?? (whole.length === 1 ? whole[0]! : null);
  const services: KnownService[] = [];
  for (const name of names) {
    const found = find(name, wanted, world);
    if (!found.ok) return found;
    services.push(found.service);
  }
  const { host } = services[0]!;
  const others = [...new Set(services.map((service) => service.host))];
  if (others.length === 1) return { ok: true, host, services };
  return refuse(`One window is on one host; these are on ${others.join(' and ')}.`);
}

/** The one entry that a name means, or why there is none. */
function find(name: string, host: string | null, world: World): Placed<{ service: KnownService }> {
  const found = world.services.filter(
    (service) => service.name === name && (host === null || service.host === host),
  );
  const [service, second] = found;
  if (service === undefined) {
    const file = host === null ? 'in no compose file' : `not in the compose file of ${host}`;
    return refuse(`${name} is ${file}; services that can be opened: ${namesOf(world)}.`);
  }
  if (second !== undefined) return refuse(severalHosts(name, found));
  if (service.tier === 'window') return { ok: true, service };
  return refuse(`${name} is of the ${service.tier} tier: it always runs.`);
}

const severalHosts = (name: string, on: readonly { host: string }[]): string =>
  `${name} is on several hosts (${on.map(({ host }) => host).join(', ')}); name one of them, as in "${name} on ${on[0]!.host}".`;

/**
 * Those of these windows that are meant: on the host that was named, or on the only one where such a window is. Refused
 * where they are on several, unless everything is meant.
 */
export function meantWindows(
  windows: readonly WindowView[],
  { targets, hosts, all }: { targets: readonly string[]; hosts: readonly string[]; all: boolean },
  world: World,
): Placed<{ windows: WindowView[] }> {
  const named = namedHost(hosts, world);
  if (!named.ok) return named;
  if (named.host !== null) {
    return { ok: true, windows: windows.filter(({ host }) => host === named.host) };
  }
  const on = [...new Set(windows.map(({ host }) => host))];
  if (all || on.length < 2) return { ok: true, windows: [...windows] };
  return refuse(
    severalHosts(
      targets.join(', '),
      on.map((host) => ({ host })),
    ),
  );
}
