import type { Language } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import type { WindowView } from '../../contracts/window.ts';
import { planTextsOf } from './plan-languages.ts';
import { openable, type KnownService, type PlanningContext } from './planning-context.ts';

/** A host, or why it cannot be told which one is meant. */
export type Placed<T> = ({ ok: true } & T) | { ok: false; error: StepError };

const refuse = (detail: string): { ok: false; error: StepError } => ({
  ok: false,
  error: { code: 'service_not_allowed', detail },
});

export const namesOf = (world: PlanningContext, language: Language): string => {
  const known = openable(world);
  return known.length === 0 ? planTextsOf(language).noneYet : known.slice(0, 20).join(', ');
};

/** The host that somebody named; null where none was. Refused: one that is not there, and several. */
export function namedHost(
  hosts: readonly string[],
  world: PlanningContext,
  language: Language,
): Placed<{ host: string | null }> {
  const say = planTextsOf(language);
  const unknown = hosts.find((host) => !world.hosts.includes(host));
  if (unknown !== undefined) {
    return refuse(say.noHost(unknown, world.hosts.join(', ') || say.noneYet));
  }
  const [host = null, second] = hosts;
  if (second === undefined) return { ok: true, host };
  return refuse(say.oneHost(hosts.join(', ')));
}

/**
 * The one host that has all of these services, by the rules of a window that is opened by a call: the host that was named,
 * the only one that has them all, or none.
 */
export function resolveHost(
  names: readonly string[],
  hosts: readonly string[],
  world: PlanningContext,
  language: Language,
): Placed<{ host: string; services: KnownService[] }> {
  const named = namedHost(hosts, world, language);
  if (!named.ok) return named;
  const whole = world.hosts.filter((host) =>
    names.every((name) => world.services.some((one) => one.host === host && one.name === name)),
  );
  const wanted = named.host ?? (whole.length === 1 ? whole[0]! : null);
  const services: KnownService[] = [];
  for (const name of names) {
    const found = find(name, wanted, world, language);
    if (!found.ok) return found;
    services.push(found.service);
  }
  const { host } = services[0]!;
  const others = [...new Set(services.map((service) => service.host))];
  if (others.length === 1) return { ok: true, host, services };
  return refuse(
    planTextsOf(language).windowOnOneHost(others.join(language === 'es' ? ' y ' : ' and ')),
  );
}

/** The one entry that a name means, or why there is none. */
function find(
  name: string,
  host: string | null,
  world: PlanningContext,
  language: Language,
): Placed<{ service: KnownService }> {
  const say = planTextsOf(language);
  const found = world.services.filter(
    (service) => service.name === name && (host === null || service.host === host),
  );
  const [service, second] = found;
  if (service === undefined) return refuse(say.inNoFile(name, host, namesOf(world, language)));
  if (second !== undefined) return refuse(severalHosts(name, found, language));
  if (service.tier === 'window') return { ok: true, service };
  return refuse(say.alwaysRuns(name, service.tier));
}

const severalHosts = (name: string, on: readonly { host: string }[], language: Language): string =>
  planTextsOf(language).onSeveralHosts(name, on.map(({ host }) => host).join(', '), on[0]!.host);

/**
 * Those of these windows that are meant: on the host that was named, or on the only one where such a window is. Refused
 * where they are on several, unless everything is meant.
 */
export function meantWindows(
  windows: readonly WindowView[],
  {
    targets,
    hosts,
    all,
    language,
  }: { targets: readonly string[]; hosts: readonly string[]; all: boolean; language: Language },
  world: PlanningContext,
): Placed<{ windows: WindowView[] }> {
  const named = namedHost(hosts, world, language);
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
      language,
    ),
  );
}
