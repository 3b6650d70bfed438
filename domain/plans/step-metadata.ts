import type { Language } from '../../contracts/intent.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import { planTextsOf } from './plan-languages.ts';
import { roleOf, type PlanningContext } from './planning-context.ts';

/** What a step changes, in words for who has to decide. */
export function effectOf(
  { type, params }: StepDraft,
  own: ReadonlySet<string>,
  language: Language,
): string {
  const say = planTextsOf(language);
  switch (type) {
    case 'OPEN_WINDOW':
      return say.isUp(params.services.join(', '), params.host, params.ttl_seconds);
    case 'EXTEND_WINDOW':
      return say.isExtended(
        params.services.join(', '),
        params.host,
        params.window_id,
        params.seconds,
      );
    case 'CLOSE_WINDOW': {
      const { window_ids, services } = params;
      const ids = window_ids.join(', ');
      if (services !== null) {
        const names = services.join(', ');
        return window_ids.length === 0 ? say.nothingHolds(names) : say.isTakenOut(names, ids);
      }
      return say.windowsEnd(
        ids,
        window_ids.every((id) => own.has(id)),
      );
    }
    case 'RESTART_SERVICE':
      return say.isRestarted(params.service, params.host, params.window_id);
    case 'SPAWN':
      return say.taskRuns(params.task_type, params.ttl_seconds);
    case 'SYSTEM_HEALTHCHECK':
      return say.looks;
    case 'WAIT':
      return say.passes(params.seconds);
    case 'NOOP':
      return say.nothingChanges;
    default:
      return say.roleIsAsked(roleOf(type)!, params.action);
  }
}

/**
 * How a step is taken back; null where there is nothing to take back, or no way: a deadline that was moved stays, since
 * somebody may have come to count on it.
 */
export function undoOf(
  { type, params, always }: StepDraft & { always?: boolean },
  language: Language,
): string | null {
  const say = planTextsOf(language);
  if (always === true) return null;
  if (type === 'OPEN_WINDOW') return say.closes(params.window_id);
  if (type === 'SPAWN') return say.cancelsTask;
  return type === 'RESTART_SERVICE' ? say.givesUpRestart : null;
}

const longestStepSeconds = 7200;
/** What a task needs of its step beyond its own time: the spawner to be heard of, a container, an end. */
export const taskMarginSeconds = 60;
/** No task of a plan has more time: its step has none. */
export const longestTaskSeconds = longestStepSeconds - taskMarginSeconds;

/**
 * How long a step may take, and how often it is tried again where its end says that this may help. A window that failed
 * does not come back under its id, which people agreed to: only one that was joined leaves the step its own.
 */
export function limitsOf(
  wish: StepDraft,
  world: PlanningContext,
): { timeout_seconds: number; retries: number } {
  switch (wish.type) {
    case 'OPEN_WINDOW': {
      const { host, services } = wish.params;
      const seconds = startSeconds(host, services, world) + 30;
      const opened = world.services.filter(
        (known) => known.host === host && services.includes(known.name),
      );
      if (opened.some(({ waits_for_job }) => waits_for_job))
        return { timeout_seconds: longestStepSeconds, retries: 1 };
      const fetches = opened.some(({ may_fetch }) => may_fetch);
      return { timeout_seconds: fetches ? 1200 : Math.min(seconds, 1200), retries: 1 };
    }
    case 'RESTART_SERVICE': {
      // its run has 60 s beside these, and an end of its own: a second try would only hear that again
      const { host, service } = wish.params;
      const seconds = startSeconds(host, [service], world) + stopSeconds(host, service, world) + 80;
      return { timeout_seconds: Math.min(seconds, longestStepSeconds), retries: 0 };
    }
    case 'CLOSE_WINDOW':
      return { timeout_seconds: 180, retries: 0 };
    case 'EXTEND_WINDOW':
      return { timeout_seconds: 30, retries: 0 };
    case 'SPAWN':
      return { timeout_seconds: wish.params.ttl_seconds + taskMarginSeconds, retries: 1 };
    case 'WAIT':
      return { timeout_seconds: wish.params.seconds + 10, retries: 0 };
    case 'SYSTEM_HEALTHCHECK':
    case 'NOOP':
      return { timeout_seconds: 10, retries: 0 };
    default:
      return { timeout_seconds: 60, retries: 1 };
  }
}

function startSeconds(on: string, services: readonly string[], world: PlanningContext): number {
  const starts = world.services
    .filter(({ host, name }) => host === on && services.includes(name))
    .map(({ start_timeout_ms }) => start_timeout_ms);
  return Math.ceil(starts.reduce((sum, ms) => sum + ms, 0) / 1000);
}

function stopSeconds(on: string, service: string, world: PlanningContext): number {
  const known = world.services.find(({ host, name }) => host === on && name === service);
  return Math.ceil((known?.stop_grace_ms ?? 0) / 1000);
}
