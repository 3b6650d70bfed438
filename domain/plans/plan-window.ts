import { idOfStep } from '../../contracts/ids.ts';
import type { Intent } from '../../contracts/intent.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import { roleOf, type KnownService, type PlanningContext } from './planning-context.ts';
import { limitsOf, longestTaskSeconds, taskMarginSeconds } from './step-metadata.ts';

/** Wishes that fit into the time that they get; what was cut is told. */
interface Fitted {
  wishes: StepDraft[];
  warnings: string[];
}

/** No plan opens a window for longer. */
const longestWindowSeconds = 3600;

/** Steps wait for the one before them unless they say for what. @param at its index */
export const waitsFor = ({ depends_on }: StepDraft, at: number): string[] =>
  depends_on ?? (at === 0 ? [] : [`s${at}`]);

/**
 * Services that must be awake are opened before, in a window of the plan's own that is closed whatever happens. It lasts
 * for as long as the steps in it may take, within what its services allow; tasks get no more time than they have there.
 */
export function withWindow(
  wishes: StepDraft[],
  world: PlanningContext,
  { plan_id, intent }: { plan_id: string; intent: Intent },
): Fitted {
  const services = sleeping(wishes, world, intent);
  const first = services[0];
  if (first === undefined) return cutTasks(wishes, longestTaskSeconds);
  const allowed = leastSeconds(services, 'max_ttl_ms');
  const fitted = cutTasks(wishes, longestTaskWithin(allowed, wishes, world));
  const needed = longestChain(fitted.wishes, (wish) => limitsOf(wish, world).timeout_seconds);
  const window_id = idOfStep('window', plan_id, 's1');
  const inside = fitted.wishes.map((wish, at) => {
    const before = waitsFor(wish, at);
    return { ...wish, depends_on: before.length === 0 ? ['s1'] : before.map(later) };
  });
  const opening: StepDraft = {
    type: 'OPEN_WINDOW',
    params: {
      window_id,
      kind: 'operator',
      host: first.host,
      services: services.map(({ name }) => name),
      mode: 'ttl',
      ttl_seconds: Math.min(allowed, Math.max(leastSeconds(services, 'default_ttl_ms'), needed)),
      reason: `for ${plan_id}`,
    },
    depends_on: [],
  };
  const closing: StepDraft = {
    type: 'CLOSE_WINDOW',
    params: { window_ids: [window_id], services: null },
    depends_on: inside.map((_, at) => `s${at + 2}`),
    always: true,
  };
  return { wishes: [opening, ...inside, closing], warnings: fitted.warnings };
}

const later = (id: string): string => `s${Number(id.slice(1)) + 1}`;

const leastSeconds = (
  services: readonly KnownService[],
  setting: 'default_ttl_ms' | 'max_ttl_ms',
): number =>
  Math.min(
    longestWindowSeconds,
    ...services.map((service) => Math.max(1, Math.floor(service[setting] / 1000))),
  );

/** What the steps need, sleeps, and may be opened unasked: of one host, since one window is on one. */
function sleeping(wishes: StepDraft[], world: PlanningContext, { hosts }: Intent): KnownService[] {
  const opened = new Set(
    wishes.flatMap((wish) => (wish.type === 'OPEN_WINDOW' ? wish.params.services : [])),
  );
  const [wanted] = hosts;
  const needed = [...new Set(wishes.flatMap((wish) => roleOf(wish.type) ?? []))];
  const asleep = needed.flatMap((name) => {
    const known = world.services.find(
      (service) => service.name === name && (wanted === undefined || service.host === wanted),
    );
    return known?.asleep === true && known.auto_open && !opened.has(name) ? known : [];
  });
  return asleep.filter(({ host }) => host === asleep[0]!.host);
}

/** The most that any row of steps, each waiting for the one before, adds up to. */
function longestChain(wishes: readonly StepDraft[], weightOf: (wish: StepDraft) => number): number {
  const ends = new Map<string, number>();
  for (const [at, wish] of wishes.entries()) {
    const begins = Math.max(0, ...waitsFor(wish, at).map((id) => ends.get(id) ?? 0));
    ends.set(`s${at + 1}`, begins + weightOf(wish));
  }
  return Math.max(0, ...ends.values());
}

/** How long each task may run so that all steps fit into a window of this length. */
function longestTaskWithin(
  seconds: number,
  wishes: readonly StepDraft[],
  world: PlanningContext,
): number {
  const limit = (wish: StepDraft): number => limitsOf(wish, world).timeout_seconds;
  if (longestChain(wishes, limit) <= seconds) return longestTaskSeconds;
  const isTask = ({ type }: StepDraft): boolean => type === 'SPAWN';
  const others = longestChain(wishes, (wish) => (isTask(wish) ? taskMarginSeconds : limit(wish)));
  const tasks = longestChain(wishes, (wish) => (isTask(wish) ? 1 : 0));
  return Math.max(1, Math.floor((seconds - others) / Math.max(1, tasks)));
}

/** Tasks that would be ended before their time get the time that there is, and that is told. */
function cutTasks(wishes: StepDraft[], seconds: number): Fitted {
  let cut = false;
  const fitting = wishes.map((wish): StepDraft => {
    if (wish.type !== 'SPAWN' || wish.params.ttl_seconds <= seconds) return wish;
    cut = true;
    return { ...wish, params: { ...wish.params, ttl_seconds: seconds } };
  });
  const told = `ttl_cut: a task of this plan runs for at most ${seconds} s`;
  return { wishes: fitting, warnings: cut ? [told] : [] };
}
