import type { Candidate, Observation } from '../../contracts/autonomy.ts';
import type { StepParams, StepDraft, StepType } from '../../contracts/plan.ts';
import { mendsChecks } from './red-checks.ts';

/** The context for making steps. `window_id` is the same for every attempt, so a retry opens no second window. */
export interface StepContext {
  observation: Observation;
  window_id: string;
  /** The host of a service; null if no catalog has it. */
  hostOf(service: string): string | null;
  /** Whether the service has checks that can run. */
  canCheck(service: string): boolean;
}

const longestSeconds = 3600;

type CallType = Extract<StepType, `CALL_${string}`>;
const calls: Record<string, CallType> = {
  switch: 'CALL_SWITCH',
  hermes: 'CALL_HERMES',
  shub: 'CALL_SHUB',
  shubniggurath: 'CALL_SHUB',
  manifestator: 'CALL_MANIFESTATOR',
  hormiguero: 'CALL_HORMIGUERO',
};

/** The steps for a candidate; null if its subject no longer exists. */
export function stepsOf(candidate: Candidate, context: StepContext): StepDraft[] | null {
  const { action, params, because } = candidate;
  if (action === 'spawn') return [{ type: 'SPAWN', params: params['task'] as StepParams<'SPAWN'> }];
  if (action === 'close')
    return [closing(String(params['window_id']), servicesOf(params, params['own'] === true))];
  if (action === 'open') {
    const services = servicesOf(params, false) ?? [];
    const host = context.hostOf(services[0] ?? '');
    return host === null
      ? null
      : [opening(context, host, services, Number(params['ttl_seconds']), because)];
  }
  if (action === 'repair')
    return mendsChecks(candidate) ? [mending(params)] : repairing(candidate, context);
  if (action !== 'route' && action !== 'scan') return null;
  const type = calls[String(params['module'])];
  if (type === undefined) return [{ type: 'SYSTEM_HEALTHCHECK', params: { services: [] } }];
  const given = params['text'];
  const text = typeof given === 'string' ? given.slice(0, 4000) : '';
  return [{ type, params: { action, text: text === '' ? because : text } }];
}

const servicesOf = (params: Candidate['params'], ofAll: boolean): string[] | null =>
  ofAll ? null : (params['services'] as string[]);

/** With `services`, the step counts as stopping them and needs a person's confirmation. */
const closing = (window_id: string, services: string[] | null): StepDraft => ({
  type: 'CLOSE_WINDOW',
  params: { window_ids: [window_id], services },
});

const opening = (
  { window_id }: StepContext,
  host: string,
  services: string[],
  seconds: number,
  reason: string,
): StepDraft => ({
  type: 'OPEN_WINDOW',
  params: {
    window_id,
    kind: 'operator',
    host,
    services,
    mode: 'ttl',
    ttl_seconds: Math.min(Math.max(Math.floor(seconds), 1), longestSeconds),
    reason: reason.slice(0, 500),
  },
});

/** The planner sets the real id of the repair. */
const mending = (params: Candidate['params']): StepDraft => ({
  type: 'START_REPAIR',
  params: {
    repair_id: 'repair-00000000',
    host: String(params['host']),
    run_id: String(params['run_id']),
    suite: String(params['suite']),
  },
});

/**
 * Restarts the service inside its window, whose owner and deadline do not change, and checks it: a restart after which it
 * does not do what it has to do has failed.
 */
function repairing(
  { params, because }: Candidate,
  { observation: seen, canCheck }: StepContext,
): StepDraft[] | null {
  const window = seen.windows.find(({ window_id }) => window_id === params['window_id']);
  if (window === undefined) return null;
  const { window_id, host } = window;
  const service = String(params['service']);
  const restart: StepDraft = { type: 'RESTART_SERVICE', params: { window_id, host, service } };
  if (!canCheck(service)) return [restart];
  const what = { host, suite: service, services: [service], wakes: [] };
  const reason = `did the restart help? ${because}`.slice(0, 500);
  const checks = { run_id: 'run-00000000', ...what, reason };
  return [restart, { type: 'RUN_CHECKS', params: checks }];
}
