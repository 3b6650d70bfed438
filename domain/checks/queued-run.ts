import type { CheckRunView } from '../../contracts/checks.ts';
import type { NewEvent } from '../../contracts/event.ts';

/** What a run is made from. */
export type RunRequest = Pick<
  CheckRunView,
  | 'run_id'
  | 'suite'
  | 'services'
  | 'host'
  | 'owner'
  | 'trigger'
  | 'reason'
  | 'correlation_id'
  | 'open'
  | 'flaky'
  | 'settle_seconds'
>;

/** A run before its workflow starts. @param at in epoch ms */
export const queuedRun = (request: RunRequest, at: number): CheckRunView => ({
  ...request,
  status: 'queued',
  cause: null,
  detail: null,
  window_id: null,
  residue: null,
  created_at: new Date(at).toISOString(),
  started_at: null,
  finished_at: null,
  counts: {},
  score: null,
  flake_rate: null,
  exit_code: null,
  cancelled_by: null,
  folder: null,
});

/** The event of a new run. @param principal of its owner; null if only the name is known */
export const queuedEvent = (run: CheckRunView, principal: string | null, at: number): NewEvent => ({
  type: 'checks.queued',
  at,
  actor: run.owner,
  actor_id: principal,
  host: run.host,
  correlation_id: run.correlation_id,
  payload: { run_id: run.run_id, suite: run.suite, services: run.services, reason: run.reason },
});
