/** Kinds of things that carry an id of ours; the kind is the id's prefix. */
const kinds = ['window', 'spawn', 'plan', 'intent', 'run', 'token', 'decision', 'report'] as const;
export type IdKind = (typeof kinds)[number];

/** A new id such as `window-9f2c41d07a3b55e1`: its kind, then 64 random bits in hex. */
export function newId(kind: IdKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `${kind}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The Temporal workflow that keeps a window: one per window id, for ever. */
export const windowWorkflowId = (windowId: string): string => `window:${windowId}`;

/** The Temporal workflow that sees a task to its end: one per spawn id, for ever. */
export const spawnWorkflowId = (spawnId: string): string => `spawn:${spawnId}`;

/** A task's id and uuid from 32 hex digits; the id is the start of the uuid, so that one prefix finds both. */
export function spawnIds(hex: string): { spawn_id: string; spawn_uuid: string } {
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4]!;
  const digits = `${hex.slice(0, 12)}4${hex.slice(13, 16)}${variant}${hex.slice(17, 32)}`;
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20),
  ];
  return { spawn_id: `spawn-${digits.slice(0, 16)}`, spawn_uuid: groups.join('-') };
}

/** The Temporal workflow that sees a plan to its end: one per plan id, for ever. */
export const planWorkflowId = (planId: string): string => `plan:${planId}`;

/** The plan that a decision comes to: however often that is proposed, it is one. */
export const planIdOfDecision = (decisionId: string): string =>
  `plan-${decisionId.slice('decision-'.length)}`;

/** The id of what a step makes: the same each time it is tried, so that it is made once. */
export const idOfStep = (kind: IdKind, planId: string, stepId: string): string =>
  `${kind}-${planId.slice('plan-'.length)}${Number(stepId.slice(1)).toString(16).padStart(2, '0')}`;

/** The plan whose step opened this window, where one did: `idOfStep` the other way round. */
export const planIdOfWindow = (windowId: string): string =>
  `plan-${windowId.slice('window-'.length, -2)}`;

/**
 * One run of `endStrays` or `restartService`; the same action on the same thing at the same time is one run. The subject of a
 * plan's restart is its step.
 */
export const actionWorkflowId = (
  action: 'strays' | 'restart',
  host: string,
  subject = '',
): string => [action, host, subject].filter(Boolean).join(':');

/** The Schedule of the loop of the madre on a host, and the name that its workflows begin with. */
export const autonomyScheduleId = (host: string): string => `autonomy:${host}`;
