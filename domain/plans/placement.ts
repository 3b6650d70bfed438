import type { Language } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import type { WindowView } from '../../contracts/window.ts';
import { planTextsOf } from './plan-languages.ts';
import { openable, type KnownService, type PlanningContext } from './planning-context.ts';

/** The result of resolving a name, or the reason why it cannot be resolved. */
export type Resolved<T> = ({ ok: true } & T) | { ok: false; error: StepError };

const refuse = (detail: string): { ok: false; error: StepError } => ({
  ok: false,
  error: { code: 'service_not_allowed', detail },
});

export const namesOf = (context: PlanningContext, language: Language): string => {
  const known = openable(context);
  return known.length === 0 ? planTextsOf(language).noneYet : known.slice(0, 20).join(', ');
};

/** The host that the request names, or null. An unknown host, or more than one, is an error. */
export function namedHost(
  hosts: readonly string[],
  context: PlanningContext,
  language: Language,
): Resolved<{ host: string | null }> {
  const say = planTextsOf(language);
  const unknown = hosts.find((host) => !context.hosts.includes(host));
  if (unknown !== undefined) {
    return refuse(say.noHost(unknown, context.hosts.join(', ') || say.noneYet));
  }
  const [host = null, second] = hosts;
  if (second === undefined) return { ok: true, host };
  return refuse(say.oneHost(hosts.join(', ')));
}

/**
 * The host for a window on these services: the named host, or the only host that has them all. The rules are those of
 * `POST /operator/power/window/open`.
 */
export function resolveHost(
  names: readonly string[],
  hosts: readonly string[],
  context: PlanningContext,
  language: Language,
): Resolved<{ host: string; services: KnownService[] }> {
  const named = namedHost(hosts, context, language);
  if (!named.ok) return named;
  const whole = context.hosts.filter((host) =>
    names.every((name) => context.services.some((one) => one.host === host && one.name === name)),
  );
  const wanted = named.host ?? (whole.length === 1 ? whole[0]! : null);
  const services: KnownService[] = [];
  for (const name of names) {
    const found = find(name, wanted, context, language);
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

/** The catalog entry for a name, or the reason why there is no single one. */
function find(
  name: string,
  host: string | null,
  context: PlanningContext,
  language: Language,
): Resolved<{ service: KnownService }> {
  const say = planTextsOf(language);
  const found = context.services.filter(
    (service) => service.name === name && (host === null || service.host === host),
  );
  const [service, second] = found;
  if (service === undefined) return refuse(say.inNoFile(name, host, namesOf(context, language)));
  if (second !== undefined) return refuse(severalHosts(name, found, language));
  if (service.tier === 'window') return { ok: true, service };
  return refuse(say.alwaysRuns(name, service.tier));
}

const severalHosts = (name: string, on: readonly { host: string }[], language: Language): string =>
  planTextsOf(language).onSeveralHosts(name, on.map(({ host }) => host).join(', '), on[0]!.host);

/**
 * The windows that a request refers to: those on the named host, or all of them if they are on one host. Several hosts
 * are an error unless the request says "all".
 */
export function selectWindows(
  windows: readonly WindowView[],
  {
    targets,
    hosts,
    all,
    language,
  }: { targets: readonly string[]; hosts: readonly string[]; all: boolean; language: Language },
  context: PlanningContext,
): Resolved<{ windows: WindowView[] }> {
  const named = namedHost(hosts, context, language);
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
