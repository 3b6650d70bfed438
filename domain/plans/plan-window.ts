import { idOfStep } from '../../contracts/ids.ts';
import type { Intent } from '../../contracts/intent.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import { roleOf, type KnownService, type PlanningContext } from './planning-context.ts';
import { limitsOf, longestTaskSeconds, taskMarginSeconds } from './step-metadata.ts';

/** Steps that fit into the available time; a warning names each cut. */
interface Fitted {
  drafts: StepDraft[];
  warnings: string[];
}

/** The longest window that a plan opens. */
const longestWindowSeconds = 3600;

/** The steps that a step waits for: those in `depends_on`, by default the previous step. @param at its index */
export const waitsFor = ({ depends_on }: StepDraft, at: number): string[] =>
  depends_on ?? (at === 0 ? [] : [`s${at}`]);

/**
 * Adds a window for the sleeping services that the steps need, and a last step that closes it whatever happens. The
 * window lasts as long as the steps may take, within the max_ttl of its services; tasks are shortened to fit into it.
 */
export function withWindow(
  drafts: StepDraft[],
  context: PlanningContext,
  { plan_id, intent }: { plan_id: string; intent: Intent },
): Fitted {
  const services = sleeping(drafts, context, intent);
  const first = services[0];
  if (first === undefined) return cutTasks(drafts, longestTaskSeconds);
  const allowed = leastSeconds(services, 'max_ttl_ms');
  const fitted = cutTasks(drafts, longestTaskWithin(allowed, drafts, context));
  const needed = longestChain(fitted.drafts, (draft) => limitsOf(draft, context).timeout_seconds);
  const window_id = idOfStep('window', plan_id, 's1');
  const inside = fitted.drafts.map((draft, at) => {
    const before = waitsFor(draft, at);
    return { ...draft, depends_on: before.length === 0 ? ['s1'] : before.map(later) };
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
  return { drafts: [opening, ...inside, closing], warnings: fitted.warnings };
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

/** The sleeping services that the steps need and that a plan may open; all on one host, as a window is on one host. */
function sleeping(
  drafts: StepDraft[],
  context: PlanningContext,
  { hosts }: Intent,
): KnownService[] {
  const opened = new Set(
    drafts.flatMap((draft) => (draft.type === 'OPEN_WINDOW' ? draft.params.services : [])),
  );
  const [wanted] = hosts;
  const needed = [...new Set(drafts.flatMap((draft) => roleOf(draft.type) ?? []))];
  const asleep = needed.flatMap((name) => {
    const known = context.services.find(
      (service) => service.name === name && (wanted === undefined || service.host === wanted),
    );
    return known?.asleep === true && known.auto_open && !opened.has(name) ? known : [];
  });
  return asleep.filter(({ host }) => host === asleep[0]!.host);
}

/** The largest total weight of a chain of steps in which each one waits for the previous one. */
function longestChain(
  drafts: readonly StepDraft[],
  weightOf: (draft: StepDraft) => number,
): number {
  const ends = new Map<string, number>();
  for (const [at, draft] of drafts.entries()) {
    const begins = Math.max(0, ...waitsFor(draft, at).map((id) => ends.get(id) ?? 0));
    ends.set(`s${at + 1}`, begins + weightOf(draft));
  }
  return Math.max(0, ...ends.values());
}

/** The longest run time per task with which all steps fit into a window of this length. */
function longestTaskWithin(
  seconds: number,
  drafts: readonly StepDraft[],
  context: PlanningContext,
): number {
  const limit = (draft: StepDraft): number => limitsOf(draft, context).timeout_seconds;
  if (longestChain(drafts, limit) <= seconds) return longestTaskSeconds;
  const isTask = ({ type }: StepDraft): boolean => type === 'SPAWN';
  const others = longestChain(drafts, (draft) =>
    isTask(draft) ? taskMarginSeconds : limit(draft),
  );
  const tasks = longestChain(drafts, (draft) => (isTask(draft) ? 1 : 0));
  return Math.max(1, Math.floor((seconds - others) / Math.max(1, tasks)));
}

/** Shortens tasks that are longer than `seconds`, and adds a warning if it did. */
function cutTasks(drafts: StepDraft[], seconds: number): Fitted {
  let cut = false;
  const fitting = drafts.map((draft): StepDraft => {
    if (draft.type !== 'SPAWN' || draft.params.ttl_seconds <= seconds) return draft;
    cut = true;
    return { ...draft, params: { ...draft.params, ttl_seconds: seconds } };
  });
  const warning = `ttl_cut: a task of this plan runs for at most ${seconds} s`;
  return { drafts: fitting, warnings: cut ? [warning] : [] };
}
