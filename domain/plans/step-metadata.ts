import type { Language } from '../../contracts/intent.ts';
import type { StepDraft } from '../../contracts/plan.ts';
import { planTextsOf } from './plan-languages.ts';
import { roleOf, type PlanningContext } from './planning-context.ts';

/** The change that a step makes, as text for the person who confirms it. */
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
    case 'RUN_CHECKS':
      return say.checksRun(params.suite, params.host, params.wakes.join(', '));
    case 'START_REPAIR':
      return say.repairRuns(params.suite, params.host);
    case 'APPLY_PATCH':
      return params.acts === undefined
        ? say.filesChange(namesIn(params.files), params.host)
        : say.actsAre(params.acts.join('; '), params.host);
    case 'SPAWN':
      return say.taskRuns(params.task_type, params.ttl_seconds);
    case 'SYSTEM_HEALTHCHECK':
      return say.looks;
    case 'WAIT':
      return say.passes(params.seconds);
    case 'NOOP':
      return say.nothingChanges;
    default:
      return isPull(type, params)
        ? say.modelIsPulled(params.text)
        : say.roleIsAsked(roleOf(type)!, params.action);
  }
}

/**
 * How a step is undone; null if there is nothing to undo or no way to do it. An extended deadline is not moved back, since
 * other users may rely on it.
 */
export function undoOf(
  { type, params, always }: StepDraft & { always?: boolean },
  language: Language,
): string | null {
  const say = planTextsOf(language);
  if (always === true) return null;
  if (type === 'OPEN_WINDOW') return say.closes(params.window_id);
  if (type === 'SPAWN') return say.cancelsTask;
  if (type === 'RUN_CHECKS') return say.endsRun(params.run_id);
  if (type === 'START_REPAIR') return say.endsRepair(params.repair_id);
  if (type === 'APPLY_PATCH')
    return params.acts === undefined ? say.putsFilesBack(namesIn(params.files)) : say.takesActsBack;
  if (isPull(type, params)) return say.endsPull;
  return type === 'RESTART_SERVICE' ? say.givesUpRestart : null;
}

/** A step that lets hermes download a model. */
const isPull = (type: StepDraft['type'], params: StepDraft['params']): boolean =>
  type === 'CALL_HERMES' && 'action' in params && params.action === 'pull';

const namesIn = (files: readonly { path: string }[]): string =>
  files.map(({ path }) => path).join(', ');

const longestStepSeconds = 7200;
/** For stopping, making and starting what a patch changes, before its watch. */
const applySeconds = 600;
/** The time of a task step beyond the task's own: to find the spawner, create a container and end it. */
export const taskMarginSeconds = 60;
/** The longest task in a plan, limited by the longest step. */
export const longestTaskSeconds = longestStepSeconds - taskMarginSeconds;

/**
 * The timeout of a step, and how often it is retried if its error allows that. A window that failed cannot be opened
 * again under its id, which is the one that was approved. A retry can help only if the step had joined a different
 * window, because its own id is then still unused.
 */
export function limitsOf(
  draft: StepDraft,
  context: PlanningContext,
): { timeout_seconds: number; retries: number } {
  switch (draft.type) {
    case 'OPEN_WINDOW': {
      const { host, services } = draft.params;
      const seconds = startSeconds(host, services, context) + 30;
      const opened = context.services.filter(
        (known) => known.host === host && services.includes(known.name),
      );
      if (opened.some(({ waits_for_job }) => waits_for_job))
        return { timeout_seconds: longestStepSeconds, retries: 1 };
      const fetches = opened.some(({ may_fetch }) => may_fetch);
      return { timeout_seconds: fetches ? 1200 : Math.min(seconds, 1200), retries: 1 };
    }
    case 'RESTART_SERVICE': {
      // the restart's own run has a 60 s margin and one final result, so a second attempt would return that result again
      const { host, service } = draft.params;
      const seconds =
        startSeconds(host, [service], context) + stopSeconds(host, service, context) + 80;
      return { timeout_seconds: Math.min(seconds, longestStepSeconds), retries: 0 };
    }
    case 'RUN_CHECKS':
    case 'START_REPAIR':
      // a run limits itself, by its checks and by its window; a repair by its policy
      return { timeout_seconds: longestStepSeconds, retries: 0 };
    case 'APPLY_PATCH': {
      // a patch of operations waits for its containers, and watches them
      const { watch_seconds: watch } = draft.params;
      return { timeout_seconds: watch === undefined ? 60 : applySeconds + watch, retries: 0 };
    }
    case 'CLOSE_WINDOW':
      return { timeout_seconds: 180, retries: 0 };
    case 'EXTEND_WINDOW':
      return { timeout_seconds: 30, retries: 0 };
    case 'SPAWN':
      return { timeout_seconds: draft.params.ttl_seconds + taskMarginSeconds, retries: 1 };
    case 'WAIT':
      return { timeout_seconds: draft.params.seconds + 10, retries: 0 };
    case 'SYSTEM_HEALTHCHECK':
    case 'NOOP':
      return { timeout_seconds: 10, retries: 0 };
    case 'CALL_HERMES':
      // a pull takes as long as its bytes; what is there when it ends is gone on with
      if (isPull(draft.type, draft.params))
        return { timeout_seconds: longestStepSeconds, retries: 0 };
      return { timeout_seconds: 60, retries: 1 };
    default:
      return { timeout_seconds: 60, retries: 1 };
  }
}

function startSeconds(on: string, services: readonly string[], context: PlanningContext): number {
  const starts = context.services
    .filter(({ host, name }) => host === on && services.includes(name))
    .map(({ start_timeout_ms }) => start_timeout_ms);
  return Math.ceil(starts.reduce((sum, ms) => sum + ms, 0) / 1000);
}

function stopSeconds(on: string, service: string, context: PlanningContext): number {
  const known = context.services.find(({ host, name }) => host === on && name === service);
  return Math.ceil((known?.stop_grace_ms ?? 0) / 1000);
}
