import type { AskedAction, PreviewedAction } from '../../contracts/incidents.ts';

/** What is known of a service that an action names. */
export interface ActionTarget {
  isCore: boolean;
  isAsleep: boolean;
}

/** The actions that plans can carry out, by the names that madre has for them. */
const offered: ReadonlySet<string> = new Set(['restart', 'stop']);

/**
 * Which of the asked actions may be proposed, and why not the others. They become one plan, so all have to be of one kind: that
 * of the first one that is allowed.
 */
export function previewOf(
  asked: readonly AskedAction[],
  find: (service: string) => ActionTarget | null,
): PreviewedAction[] {
  let kind: string | null = null;
  return asked.map(({ action, target }) => {
    const reason =
      refusalOf(action, find(target)) ??
      (kind !== null && kind !== action ? 'one_kind_at_a_time' : null);
    if (reason === null) kind = action;
    return { action, target, allowed: reason === null, reason };
  });
}

function refusalOf(action: string, target: ActionTarget | null): string | null {
  if (!offered.has(action)) return 'action_not_allowed';
  if (target === null) return 'service_not_allowed';
  if (target.isCore) return 'core_service';
  return target.isAsleep ? 'off_by_policy' : null;
}
