import type { Candidate, Observation } from '../../contracts/autonomy.ts';
import type { StepParams, StepDraft, StepType } from '../../contracts/plan.ts';

/** What the loop needs to name things: ids that are the same when it is tried twice, and where a service lives. */
export interface StepFacts {
  seen: Observation;
  window_id: string;
  /** The host of a service; null where no catalog has it. */
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

/** The steps that a candidate comes to; null where what it is about is not there any more. */
export function stepsOf(candidate: Candidate, facts: StepFacts): StepDraft[] | null {
  const { action, params, because } = candidate;
  if (action === 'spawn') return [{ type: 'SPAWN', params: params['task'] as StepParams<'SPAWN'> }];
  if (action === 'close')
    return [closing(String(params['window_id']), servicesOf(params, params['own'] === true))];
  if (action === 'open') {
    const services = servicesOf(params, false) ?? [];
    const host = facts.hostOf(services[0] ?? '');
    return host === null
      ? null
      : [opening(facts, host, services, Number(params['ttl_seconds']), because)];
  }
  if (action === 'repair') return repairing(candidate, facts);
  if (action !== 'route' && action !== 'scan') return null;
  const type = calls[String(params['module'])];
  if (type === undefined) return [{ type: 'SYSTEM_HEALTHCHECK', params: { services: [] } }];
  const said = params['text'];
  const text = typeof said === 'string' ? said.slice(0, 4000) : '';
  return [{ type, params: { action, text: text === '' ? because : text } }];
}

const servicesOf = (params: Candidate['params'], ofAll: boolean): string[] | null =>
  ofAll ? null : (params['services'] as string[]);

/** With services named, it counts as stopping them, which waits for a person. */
const closing = (window_id: string, services: string[] | null): StepDraft => ({
  type: 'CLOSE_WINDOW',
  params: { window_ids: [window_id], services },
});

const opening = (
  { window_id }: StepFacts,
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

/** Inside its window: whose that is, and when it ends, stays as it was. */
function repairing({ params }: Candidate, { seen }: StepFacts): StepDraft[] | null {
  const window = seen.windows.find(({ window_id }) => window_id === params['window_id']);
  if (window === undefined) return null;
  const { window_id, host } = window;
  const service = String(params['service']);
  return [{ type: 'RESTART_SERVICE', params: { window_id, host, service } }];
}
