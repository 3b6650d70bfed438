import type { WorkflowHandle } from '@temporalio/client';
import type {
  Analysis,
  PatchEnd,
  RepairActivities,
  RepairOutcome,
} from '../../activities/repair/repair-activities.ts';
import type { RepairCandidate } from '../../contracts/repair.ts';
import { newId, repairWorkflowId } from '../../contracts/ids.ts';
import { powerQueue } from '../../contracts/queues.ts';
import { repairExample } from '../../gateway/repair/examples.ts';
import type { repair } from '../../workflows/repair/repair.ts';
import { repairStart } from '../../workflows/repair/start.ts';
import { testBundle } from './temporal-bench.ts';
import { breakable, connectWorkers, type Calls } from './workers.ts';

/** One repair and what it meets, in memory. */
export interface FakeRepair extends Calls<keyof RepairActivities> {
  repair_id: string;
  refused: RepairOutcome | null;
  cycles: number;
  limit_ms: number;
  /** What each cycle has to try. */
  analyses: Analysis[];
  verdicts: RepairCandidate['verdict'][];
  /** How the patch of each cycle ends. */
  patches: PatchEnd[];
  /** Called while a candidate is tried. */
  during: () => Promise<void>;
  /** The plans that were made. */
  proposed: number;
  ended: RepairOutcome | null;
  handle: WorkflowHandle<typeof repair>;
}

export interface RepairBench {
  /** Starts a repair, changed by `prepare` before its first activity. */
  start(prepare?: (one: FakeRepair) => void): Promise<FakeRepair>;
  stop(): Promise<void>;
}

export const repaired: PatchEnd = {
  status: 'repaired',
  cause: null,
  detail: null,
  cancelled_by: null,
  again: false,
};

/** The real workflow of repairs, on its own queue; what it repairs is in memory. */
export async function startRepairBench(address: string, host: string): Promise<RepairBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  const repairs = new Map<string, FakeRepair>();
  const activitiesOf = (one: FakeRepair): RepairActivities => ({
    async resolveRepair() {
      return { cycles: one.cycles, limit_ms: one.limit_ms, refused: one.refused };
    },
    async analyse({ cycle }) {
      return one.analyses[cycle - 1] ?? one.analyses.at(-1)!;
    },
    async tryCandidate({ nth }) {
      await one.during();
      return one.verdicts[nth - 1] ?? 'not_green';
    },
    async propose({ cycle }) {
      one.proposed = Math.max(one.proposed, cycle);
      return { plan_id: `plan-0000000${cycle}` };
    },
    async awaitPlan({ cycle }) {
      return one.patches[cycle - 1] ?? repaired;
    },
    async endRepair({ end }) {
      one.ended ??= end;
      return { ...repairExample, repair_id: one.repair_id, ...end };
    },
  });
  const names = [
    'resolveRepair',
    'analyse',
    'tryCandidate',
    'propose',
    'awaitPlan',
    'endRepair',
  ] as const;
  const activities = Object.fromEntries(
    names.map((name) => [
      name,
      (input: { repair_id: string }) => {
        const one = repairs.get(input.repair_id)!;
        return breakable(activitiesOf(one), () => one)[name](input as never);
      },
    ]),
  );
  await workers.start({ taskQueue, workflowBundle });
  await workers.start({ taskQueue: powerQueue(host), activities });
  return {
    async start(prepare = () => undefined) {
      const repair_id = newId('repair');
      const one: FakeRepair = {
        repair_id,
        refused: null,
        cycles: 3,
        limit_ms: 60_000,
        analyses: [{ candidates: 2, end: null }],
        verdicts: ['not_green', 'proved'],
        patches: [],
        during: async () => undefined,
        proposed: 0,
        ended: null,
        calls: [],
        fault: null,
        handle: client.workflow.getHandle<typeof repair>(repairWorkflowId(repair_id)),
      };
      prepare(one);
      repairs.set(repair_id, one);
      const options = repairStart({ ...repairExample, repair_id, host, status: 'queued' });
      await client.workflow.start('repair', { ...options, taskQueue });
      return one;
    },
    stop: () => workers.stop(),
  };
}
