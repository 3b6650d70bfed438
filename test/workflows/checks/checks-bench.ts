import type { WorkflowHandle } from '@temporalio/client';
import type { CheckActivities, Refusal } from '../../../activities/checks/check-activities.ts';
import type {
  ScheduleActivities,
  ScheduledEnd,
} from '../../../activities/checks/schedules/deps.ts';
import type { CheckRunStatus } from '../../../contracts/checks.ts';
import { checksWorkflowId, newId } from '../../../contracts/ids.ts';
import { powerQueue } from '../../../contracts/queues.ts';
import { checksStart } from '../../../workflows/checks/start.ts';
import type { runChecks } from '../../../workflows/checks/run-checks.ts';
import type { scheduledChecks } from '../../../workflows/checks/scheduled-checks.ts';
import { aRun } from '../../activities/checks/a-run.ts';
import { testBundle } from '../temporal-bench.ts';
import { breakable, connectWorkers, type Calls } from '../workers.ts';

/** One run of checks and its window, in memory. */
export interface FakeChecks extends Calls<keyof CheckActivities> {
  run_id: string;
  /** Why the run can begin nothing, or its window cannot open. */
  unresolved: Refusal | null;
  unopened: Refusal | null;
  /** Called while the checks run. */
  during: () => Promise<void>;
  window: 'none' | 'open' | 'closed';
  /** How often the checks ran. */
  performed: number;
  ended: Parameters<CheckActivities['endChecks']>[0] | null;
  handle: WorkflowHandle<typeof runChecks>;
}

export interface ChecksBench {
  /** Starts a run, changed by `prepare` before its first activity. */
  start(prepare?: (run: FakeChecks) => void): Promise<FakeChecks>;
  /** Fires a schedule, whose firing ends like this. */
  fire(end: ScheduledEnd): Promise<WorkflowHandle<typeof scheduledChecks>>;
  /** What the firings asked for. */
  firings: Parameters<ScheduleActivities['runScheduled']>[0][];
  stop(): Promise<void>;
}

/** The real workflow of checks, on its own queue; what it checks is in memory. */
export async function startChecksBench(address: string, host: string): Promise<ChecksBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  const runs = new Map<string, FakeChecks>();
  const activitiesOf = (run: FakeChecks): CheckActivities => ({
    async resolveChecks() {
      return { services: ['web'], ttl_ms: 60_000, limit_ms: 30_000, refused: run.unresolved };
    },
    async openForChecks() {
      if (run.unopened === null) run.window = 'open';
      return run.unopened;
    },
    async performChecks() {
      run.performed += 1;
      await run.during();
    },
    async closeAfterChecks() {
      if (run.window === 'open') run.window = 'closed';
    },
    async endChecks(end) {
      const { cancelled, refused } = end;
      run.ended ??= end;
      const status: CheckRunStatus = cancelled ? 'cancelled' : refused ? 'inconclusive' : 'passed';
      return aRun({ run_id: run.run_id, host, status, cause: refused?.cause ?? null });
    },
  });
  const names = [
    'resolveChecks',
    'openForChecks',
    'performChecks',
    'closeAfterChecks',
    'endChecks',
  ] as const;
  const activities = Object.fromEntries(
    names.map((name) => [
      name,
      (input: { run_id: string }) => {
        const run = runs.get(input.run_id)!;
        return breakable(activitiesOf(run), () => run)[name](input as never);
      },
    ]),
  );
  const firings: ChecksBench['firings'] = [];
  const ends: ScheduledEnd[] = [];
  const schedules: ScheduleActivities = {
    async runScheduled(input) {
      firings.push(input);
      return ends.shift()!;
    },
  };
  await workers.start({ taskQueue, workflowBundle });
  await workers.start({
    taskQueue: powerQueue(host),
    activities: { ...activities, ...schedules },
  });
  return {
    async start(prepare = () => undefined) {
      const run_id = newId('run');
      const run: FakeChecks = {
        run_id,
        unresolved: null,
        unopened: null,
        during: async () => undefined,
        window: 'none',
        performed: 0,
        ended: null,
        calls: [],
        fault: null,
        handle: client.workflow.getHandle<typeof runChecks>(checksWorkflowId(run_id)),
      };
      prepare(run);
      runs.set(run_id, run);
      const options = checksStart(aRun({ run_id, host, status: 'queued' }));
      await client.workflow.start('runChecks', { ...options, taskQueue });
      return run;
    },
    async fire(end) {
      ends.push(end);
      return client.workflow.start<typeof scheduledChecks>('scheduledChecks', {
        workflowId: `schedule:${host}:nightly-${newId('run')}`,
        taskQueue,
        args: [{ host, name: 'nightly' }],
      });
    },
    firings,
    stop: () => workers.stop(),
  };
}
