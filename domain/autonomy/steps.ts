import type { Candidate, Observation } from '../../contracts/autonomy.ts';
import type { StepParams, StepDraft, StepType } from '../../contracts/plan.ts';

/** The context for making steps. `window_id` is the same for every attempt, so a retry opens no second window. */
export interface StepContext {
  observation: Observation;
  window_id: string;
  /** The host of a service; null if no catalog has it. */
  hostOf(service: string): string | null;
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
  if (action === 'repair') return repairing(candidate, context);
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

/** Restarts the service inside its window; the window's owner and deadline do not change. */
function repairing({ params }: Candidate, { observation: seen }: StepContext): StepDraft[] | null {
  const window = seen.windows.find(({ window_id }) => window_id === params['window_id']);
  if (window === undefined) return null;
  const { window_id, host } = window;
  const service = String(params['service']);
  return [{ type: 'RESTART_SERVICE', params: { window_id, host, service } }];
}
