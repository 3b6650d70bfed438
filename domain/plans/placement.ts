import type { Language } from '../../contracts/intent.ts';
import type { StepError } from '../../contracts/plan.ts';
import type { WindowView } from '../../contracts/window.ts';
import { placeServices, type Misplacement } from '../services/placement.ts';
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
  const placed = placeServices(names, named.host, world.services);
  return placed.ok ? placed : refuse(textOf(placed.problem, world, language));
}

function textOf(problem: Misplacement, world: PlanningContext, language: Language): string {
  const say = planTextsOf(language);
  if (problem.why === 'unknown') {
    return say.inNoFile(problem.name, problem.host, namesOf(world, language));
  }
  if (problem.why === 'several_hosts') return severalHosts(problem.name, problem.hosts, language);
  if (problem.why === 'always_runs') return say.alwaysRuns(problem.name, problem.tier);
  return say.windowOnOneHost(problem.hosts.join(language === 'es' ? ' y ' : ' and '));
}

const severalHosts = (name: string, hosts: readonly string[], language: Language): string =>
  planTextsOf(language).onSeveralHosts(name, hosts.join(', '), hosts[0]!);

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
  return refuse(severalHosts(targets.join(', '), on, language));
}
