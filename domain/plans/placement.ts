import type { Language } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import type { WindowView } from '../../contracts/window.ts';
import { placeServices, type Misplacement } from '../services/placement.ts';
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
  const placed = placeServices(names, named.host, context.services);
  return placed.ok ? placed : refuse(textOf(placed.problem, context, language));
}

function textOf(problem: Misplacement, context: PlanningContext, language: Language): string {
  const say = planTextsOf(language);
  if (problem.why === 'unknown') {
    return say.inNoFile(problem.name, problem.host, namesOf(context, language));
  }
  if (problem.why === 'several_hosts') return severalHosts(problem.name, problem.hosts, language);
  if (problem.why === 'always_runs') return say.alwaysRuns(problem.name, problem.tier);
  return say.windowOnOneHost(problem.hosts.join(language === 'es' ? ' y ' : ' and '));
}

const severalHosts = (name: string, hosts: readonly string[], language: Language): string =>
  planTextsOf(language).onSeveralHosts(name, hosts.join(', '), hosts[0]!);

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
  return refuse(severalHosts(targets.join(', '), on, language));
}
