import type { Intent } from '../../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../../contracts/plan.ts';
import type { Catalog, CatalogService } from '../../../contracts/service.ts';
import type { PlanRequest } from '../../../domain/plans/make-plan.ts';
import { parseIntent } from '../../../domain/language/parse-intent.ts';
import {
  vocabularyOf,
  planningContextOf,
  type PlanningContext,
} from '../../../domain/plans/planning-context.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { aService, anOpenWindow, iso, minute, noon } from '../samples.ts';

export const hex = '0123456789abcdef';
const roles = ['switch', 'hermes', 'spawner', 'hormiguero', 'manifestator', 'shubniggurath'];

const catalogOf = (host: string, services: CatalogService[]): Catalog => ({
  host,
  project: 'shop',
  compose_file: '/shop/compose.yaml',
  services,
  budget: { memory_bytes: null, cpus: null },
  read_at: iso(noon),
  error: null,
});

/** A context with `web`, `db`, the roles, a core service and an infrastructure service, and with these live windows. */
export function aWorld(
  windows: WindowView[] = [],
  change: { auto_open?: boolean } = {},
): PlanningContext {
  const services = [
    ...['web', 'db', ...roles].map((name) => ({ ...aService(name), ...change })),
    aService('redis', { tier: 'core' }),
    aService('postgres', { tier: 'infrastructure' }),
  ];
  return planningContextOf([catalogOf('host-a', services)], windows);
}

/** A context in which `nas` has web, db and the spawner, and `gpu` has web, the spawner and llama. */
export const twoHosts = (windows: WindowView[] = []): PlanningContext =>
  planningContextOf(
    [
      catalogOf('nas', [aService('web'), aService('db'), aService('spawner')]),
      catalogOf('gpu', [aService('web'), aService('llama'), aService('spawner')]),
    ],
    windows,
  );

export const anIntent = (text: string, context = aWorld()): Intent =>
  parseIntent(text, vocabularyOf(context));

export const aRequest = (text: string, change: Partial<PlanRequest> = {}): PlanRequest => ({
  plan_id: `plan-${hex}`,
  actor: 'ada',
  scope: 'operator',
  intent: anIntent(text),
  steps: null,
  reason: null,
  ...change,
});

export const webWindow = (change: Partial<WindowView> = {}): WindowView =>
  anOpenWindow({ window_id: 'window-00000000000000b2', owner: 'bea', ...change });

export const aStep = (change: Partial<PlanStep> = {}): PlanStep =>
  ({
    step_id: 's1',
    type: 'NOOP',
    params: { message: 'nothing' },
    risk: 'LOW',
    timeout_seconds: 10,
    retries: 0,
    effect: 'nothing changes',
    undo: null,
    depends_on: [],
    always: false,
    status: 'PENDING',
    started_at: null,
    finished_at: null,
    result: null,
    error: null,
    ...change,
  }) as PlanStep;

export const aPlan = (change: Partial<PlanView> = {}): PlanView => ({
  plan_id: `plan-${hex}`,
  intent_id: null,
  session_id: null,
  source: 'chat',
  actor: 'ada',
  domain: 'system',
  action: 'stop',
  targets: ['web'],
  reason: null,
  status: 'PENDING',
  risk: 'LOW',
  risk_because: 'it takes nothing away',
  plan_hash: '',
  steps: [aStep()],
  warnings: [],
  confirmation: null,
  ended_by: null,
  error: null,
  created_at: iso(noon),
  started_at: null,
  finished_at: null,
  correlation_id: 'c-1',
  ...change,
});

/** The same plan, waiting for confirmation until ten minutes past noon. */
export const aWaitingPlan = (change: Partial<PlanView> = {}): PlanView =>
  aPlan({
    status: 'WAITING',
    risk: 'HIGH',
    confirmation: {
      quorum: 1,
      no_self_approval: false,
      approvals: [],
      expires_at: iso(noon + 10 * minute),
    },
    ...change,
  });
