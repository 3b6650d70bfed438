import { newId, taskIds } from '../../contracts/ids.ts';
import type { PlanView, StepOf } from '../../contracts/plan.ts';
import type { TaskView } from '../../contracts/task.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';
import { taskReport } from '../../domain/tasks/task-report.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { broken, done, type TaskPort } from '../plans/ports.ts';
import { createTaskRunner, type EndedTask, type StartableTaskRuns } from './run-to-end.ts';
import { sha256 } from '../../platform/hash.ts';

type Header = Omit<PlanView, 'steps'>;

/** How much of a task's output its step keeps, in characters per stream. */
const keptOutput = 4000;

/** Lets plans run tasks. A step's task has ids derived from the step, so that it runs once. */
export function createPlanTasks(deps: {
  store: Store;
  clock: Clock;
  /** Null while Temporal is unavailable. */
  runs: () => StartableTaskRuns | null;
}): TaskPort {
  const { store, clock } = deps;
  const tasks = createTaskRunner(deps);
  return {
    async run(plan, step, signal) {
      const { host, ...body } = step.params;
      const { plan_id, actor, correlation_id } = plan;
      const order = {
        ids: idsOf(plan, step),
        host,
        owner: actor,
        principal: async () => (await store.plans.people(plan_id))?.actor.principal ?? null,
        correlation_id,
        body: { ...body, metadata: { plan_id } },
      };
      const ended = await tasks.run(order, signal);
      if (ended === null) {
        const detail = 'The spawner’s window is open, but the spawner has not reported ready yet.';
        return broken({ code: 'spawner_unavailable', detail, may_retry: true });
      }
      await reportOn(ended.view, plan, step, { store, clock });
      return endOf(ended);
    },
    cancel: (plan, step) => tasks.cancel(idsOf(plan, step).spawn_id, plan.actor),
  };
}

const idsOf = (plan: Header, step: StepOf<'SPAWN'>): ReturnType<typeof taskIds> =>
  taskIds(sha256(`plan ${plan.plan_id} ${step.step_id}`).slice(0, 32));
const statusOf = ({ status, state }: TaskView): string => {
  if (status === 'DONE') return 'success';
  return state === 'failed' || state === 'timeout' ? state : 'error';
};

/** Stores madre's report on a task that a plan ran. Idempotent. */
async function reportOn(
  view: TaskView,
  { plan_id }: Header,
  { step_id }: StepOf<'SPAWN'>,
  { store, clock }: { store: Store; clock: Clock },
): Promise<void> {
  const { spawn_id, correlation_id, exit_code, cause, started_at, finished_at } = view;
  const duration_ms =
    started_at === null || finished_at === null
      ? null
      : Date.parse(finished_at) - Date.parse(started_at);
  const { report, events } = taskReport({
    report_id: newId('report'),
    at: clock(),
    actor: 'madre',
    spawn_id,
    status: statusOf(view),
    correlation_id,
    report: { plan_id, step_id, result: { exit_code }, error: cause, duration_ms },
  });
  await store.reports.add(report, events);
}

function endOf({ view, output }: EndedTask): StepEnd {
  const { spawn_id, state, exit_code, cause } = view;
  const [stdout, stderr] = [output('stdout'), output('stderr')].map((text) =>
    text.slice(0, keptOutput),
  );
  const result = { spawn_id, state, exit_code, cause, stdout, stderr };
  if (view.status === 'DONE') return done(result);
  const detail = `The task ${spawn_id} ended as ${state}${cause === null ? '' : `, by ${cause}`}; GET /vx11/result/${spawn_id}.`;
  return broken({ code: 'task_failed', detail }, result);
}
