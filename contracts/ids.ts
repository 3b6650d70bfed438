/** The kinds of objects with a VX11 id; the kind is the id's prefix. */
const kinds = [
  'window',
  'spawn',
  'plan',
  'intent',
  'run',
  'repair',
  'patch',
  'token',
  'web',
  'decision',
  'report',
  'scan',
  'notice',
  'pull',
  'model',
  'audit',
  'incident',
  'audio',
  'batch',
] as const;
export type IdKind = (typeof kinds)[number];

/** A new id such as `window-9f2c41d07a3b55e1`: its kind, then 64 random bits in hex. */
export function newId(kind: IdKind): string {
  // of a random UUID, some bits in the middle are fixed
  const uuid = crypto.randomUUID();
  return `${kind}-${uuid.slice(0, 8)}${uuid.slice(-8)}`;
}

/** The id of the Temporal workflow that keeps a window; used once per window. */
export const windowWorkflowId = (windowId: string): string => `window:${windowId}`;

/** The id of the Temporal workflow that runs a task; used once per task. */
export const taskWorkflowId = (taskId: string): string => `spawn:${taskId}`;

/** A task's id and UUID (version 4) from 32 hex digits. The id is the start of the UUID, so one prefix finds both. */
export function taskIds(hex: string): { spawn_id: string; spawn_uuid: string } {
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

/** The id of the Temporal workflow that runs a plan; used once per plan. */
export const planWorkflowId = (planId: string): string => `plan:${planId}`;

/** The id of the Temporal workflow of a run of checks; used once per run. */
export const checksWorkflowId = (runId: string): string => `checks:${runId}`;

/** The id of the Temporal workflow of a repair; used once per repair. */
export const repairWorkflowId = (repairId: string): string => `repair:${repairId}`;

/** The id of the Temporal workflow of a scan for programs; used once per scan. */
export const scanWorkflowId = (scanId: string): string => `scan:${scanId}`;

/** The id of the Temporal workflow of a pull: one for all requests for the same model at once. */
export const pullWorkflowId = (jobId: string): string => jobId.replace('-', ':');

/** The id of the Temporal workflow that looks after the models of a host. */
export const keepWorkflowId = (host: string): string => `models:${host}`;

/** The id of the Temporal workflow of a search for models. */
export const searchWorkflowId = (host: string, digest: string): string =>
  `search:${host}:${digest}`;
/** The id of the Temporal workflow of an audit of drift; used once per audit. */
export const auditWorkflowId = (auditId: string): string => `drift:${auditId}`;

/** The id of the Temporal workflow of an audio job; used once per job. */
export const audioWorkflowId = (jobId: string): string => jobId.replace('-', ':');

/** The id of the Temporal workflow of a batch of audio jobs; used once per batch. */
export const audioBatchWorkflowId = (batchId: string): string =>
  `audio-${batchId.replace('-', ':')}`;

/** The id of the plan that applies a repair's patch in one of its cycles: a repeated proposal creates no second plan. */
export const planIdOfRepair = (repairId: string, cycle: number): string =>
  `plan-${repairId.slice('repair-'.length)}${cycle.toString(16).padStart(2, '0')}`;

/** The id of that patch. */
export const patchIdOfRepair = (repairId: string, cycle: number): string =>
  `patch-${repairId.slice('repair-'.length)}${cycle.toString(16).padStart(2, '0')}`;

/** The id of the window that a run of checks opens: the same for every attempt. */
export const windowIdOfRun = (runId: string): string => `window-${runId.slice('run-'.length)}`;

/** The id of the plan that a decision leads to: a repeated proposal creates no second plan. */
export const planIdOfDecision = (decisionId: string): string =>
  `plan-${decisionId.slice('decision-'.length)}`;

/** The id of the object that a step creates: the same for every attempt, so a retry creates no second one. */
export const idOfStep = (kind: IdKind, planId: string, stepId: string): string =>
  `${kind}-${planId.slice('plan-'.length)}${Number(stepId.slice(1)).toString(16).padStart(2, '0')}`;

/** The id of the plan whose step opened this window, if a plan opened it: the inverse of `idOfStep`. */
export const planIdOfWindow = (windowId: string): string =>
  `plan-${windowId.slice('window-'.length, -2)}`;

/**
 * The workflow id of a run of `endStrays` or `restartService`: concurrent requests for the same action on the same
 * subject share one run. For a restart in a plan, the subject is the step.
 */
export const actionWorkflowId = (
  action: 'strays' | 'restart',
  host: string,
  subject = '',
): string => [action, host, subject].filter(Boolean).join(':');

/** The id of the Schedule that runs checks of a host; also the prefix of its workflow ids. */
export const checkScheduleId = (host: string, name: string): string => `schedule:${host}:${name}`;

/** The id of the workflow that opens a scheduled window of a host. */
export const windowScheduleWorkflowId = (host: string, name: string): string =>
  `window-schedule:${host}:${name}`;

/** The id of the Schedule of the autonomy loop on a host; also the prefix of its workflow ids. */
export const autonomyScheduleId = (host: string): string => `autonomy:${host}`;

/** The id of the Schedule of a host's ants; also the prefix of its workflow ids. */
export const antsScheduleId = (host: string): string => `ants:${host}`;
