import { newId, spawnIds } from '../../contracts/ids.ts';
import type { PlanView, StepOf } from '../../contracts/plan.ts';
import { spawnerService } from '../../contracts/queues.ts';
import type { SpawnView } from '../../contracts/spawn.ts';
import { showOutput } from '../../domain/tasks/output.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';
import { codeSpawn, hasSpawnEnded, queuedEvent } from '../../domain/tasks/spawn.ts';
import { spawnReport } from '../../domain/tasks/spawn-report.ts';
import type { Store } from '../../store/index.ts';
import { presenceMs, type Presence } from '../../store/system/presence.ts';
import { poll } from '../../platform/concurrency/poll.ts';
import type { Clock } from '../../platform/clock.ts';
import { broken, done, type SpawnPort } from '../plans/ports.ts';
import type { TaskRuns } from './sweep.ts';
import { sha256 } from '../../platform/hash.ts';

type Header = Omit<PlanView, 'steps'>;

/** The workflows of tasks, with the start that plans need. */
export interface StartableTaskRuns extends TaskRuns {
  /** Starts the task's workflow, unless it was started already. */
  start(view: SpawnView): Promise<void>;
}

/** How long to wait for the first heartbeat of a spawner that was just started. */
const presentWithinMs = 20_000;
const pollMs = 200;
/** How long to wait for a cancelled task to end. */
const endWithinMs = 5000;
/** How much of a task's output its step keeps, in characters per stream. */
const keptOutput = 4000;

/** Lets plans run tasks. A step's task has ids derived from the step, so that it runs once. */
export function createPlanTasks(deps: {
  store: Store;
  clock: Clock;
  /** Null while Temporal is unavailable. */
  runs: () => StartableTaskRuns | null;
}): SpawnPort {
  const { store, clock } = deps;

  const begin = async (plan: Header, step: StepOf<'SPAWN'>, host: string): Promise<SpawnView> => {
    const { correlation_id } = plan;
    const origin = { ...idsOf(plan, step), host, owner: plan.actor, correlation_id };
    const { host: _, ...task } = step.params;
    const fresh = codeSpawn({ ...task, metadata: { plan_id: plan.plan_id } }, origin, clock());
    const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? null;
    const event = { ...queuedEvent(fresh.view), actor_id: principal };
    const created = await store.spawns.create(fresh.view, fresh.spec, [event], principal);
    return created.kind === 'no_parent' || created.kind === 'parent_ends'
      ? fresh.view
      : created.view;
  };
  /** Returns the host whose spawner sends heartbeats; null if none does in time. */
  const hostOfSpawner = async (
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<string | null> => {
    const look = async (): Promise<Presence | null> =>
      (await store.presence.list()).find(
        ({ process, host, at }) =>
          process === spawnerService &&
          // heartbeats carry the wall clock
          at + presenceMs > Date.now() &&
          (wanted === undefined || host === wanted),
      ) ?? null;
    const present = await poll(look, { everyMs: pollMs, withinMs: presentWithinMs, signal });
    return present?.host ?? null;
  };
  const endOfTask = async (id: string): Promise<SpawnView | null> => {
    const view = await store.spawns.find(id);
    return view !== null && hasSpawnEnded(view.state) ? view : null;
  };
  return {
    async run(plan, step, signal) {
      const known = await store.spawns.find(idsOf(plan, step).spawn_id);
      const host = known?.host ?? (await hostOfSpawner(step.params.host, signal));
      if (host === null) {
        const detail = 'The spawner’s window is open, but the spawner has not reported ready yet.';
        return broken({ code: 'spawner_unavailable', detail, may_retry: true });
      }
      signal.throwIfAborted();
      const view = known ?? (await begin(plan, step, host));
      if (!hasSpawnEnded(view.state)) {
        const runs = deps.runs();
        if (runs === null) throw new Error('Temporal is away');
        await runs.start(view);
      }
      const look = () => endOfTask(view.spawn_id);
      // no time limit: the signal ends it
      const ended = (await poll(look, { everyMs: pollMs, signal }))!;
      await reportOn(ended, plan, step, { store, clock });
      return endOf(store, ended);
    },
    async cancel(plan, step) {
      const { spawn_id } = idsOf(plan, step);
      const ending = { reason: 'cancelled', by: plan.actor } as const;
      // the spawner reads it in the store; the workflow, which may still be queued, needs a signal
      await store.spawns.requestEnd(spawn_id, { ...ending, at: clock() });
      await deps.runs()?.end(spawn_id, ending);
      // a cancelled task is dead within 2 s, unless its spawner is dead
      const look = () => endOfTask(spawn_id);
      const ended = await poll(look, { everyMs: pollMs, withinMs: endWithinMs });
      return ended !== null && ended.state !== 'cancelled';
    },
  };
}

const idsOf = (plan: Header, step: StepOf<'SPAWN'>): ReturnType<typeof spawnIds> =>
  spawnIds(sha256(`plan ${plan.plan_id} ${step.step_id}`).slice(0, 32));

const statusOf = ({ status, state }: SpawnView): string => {
  if (status === 'DONE') return 'success';
  return state === 'failed' || state === 'timeout' ? state : 'error';
};

/** Stores madre's report on a task that a plan ran. Idempotent. */
async function reportOn(
  view: SpawnView,
  { plan_id }: Header,
  { step_id }: StepOf<'SPAWN'>,
  { store, clock }: { store: Store; clock: Clock },
): Promise<void> {
  const { spawn_id, correlation_id, exit_code, cause, started_at, finished_at } = view;
  const duration_ms =
    started_at === null || finished_at === null
      ? null
      : Date.parse(finished_at) - Date.parse(started_at);
  const { report, events } = spawnReport({
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

async function endOf(store: Store, view: SpawnView): Promise<StepEnd> {
  const { spawn_id, state, exit_code, cause } = view;
  const record = await store.spawns.record(spawn_id);
  const chunks = await store.spawnOutput.ofAttempt(spawn_id, record?.attempts.at(-1)?.attempt ?? 1);
  const of = (stream: 'stdout' | 'stderr'): string =>
    showOutput(chunks.filter((chunk) => chunk.stream === stream)).text.slice(0, keptOutput);
  const result = { spawn_id, state, exit_code, cause, stdout: of('stdout'), stderr: of('stderr') };
  if (view.status === 'DONE') return done(result);
  const detail = `The task ${spawn_id} ended as ${state}${cause === null ? '' : `, by ${cause}`}; GET /vx11/result/${spawn_id}.`;
  return broken({ code: 'task_failed', detail }, result);
}
