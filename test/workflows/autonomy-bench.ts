import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type {
  AutonomyActivities,
  CarryOut,
  Round,
} from '../../activities/autonomy/autonomy-activities.ts';
import type { Reasoning } from '../../contracts/autonomy.ts';
import { newId } from '../../contracts/ids.ts';
import { powerQueue } from '../../contracts/queues.ts';
import { loopDecisionOf } from '../../domain/autonomy/decide.ts';
import type { autonomousCycle } from '../../workflows/autonomous-cycle.ts';
import { testBundle } from './temporal-bench.ts';
import { connectWorkers } from './workers.ts';

const at = Date.UTC(2026, 10, 21, 12);

type Call = keyof AutonomyActivities;

/** A madre in memory: what its loop observes, what the model answers, and what it did. */
export interface FakeMadre {
  round: Round;
  reasoning: Reasoning | null;
  calls: Call[];
  carried: CarryOut[];
  /** How many times each call fails, by name. */
  failures: Partial<Record<Call, number>>;
}

export const changedRound = (): Round => {
  const seen = {
    at: new Date(at).toISOString(),
    engine: 'ok' as const,
    hosts: [],
    troubled: [],
    windows: [],
    plans_waiting: 0,
    intents: ['db_sanity', 'fs_drift'].map((lane_id) => ({
      lane_id,
      owner_module: 'madre',
      urgency: 'medium' as const,
      constraints: {},
      intent_ids: [`intent-0000000${lane_id.length}`],
      summary: 'found',
    })),
  };
  const memory = { acted: [], actions_last_hour: 0, actions_per_hour: 6 };
  const names = { decision_id: 'decision-00000001', correlation_id: 'autonomy-1' };
  const verdict = loopDecisionOf(seen, memory, at);
  return { running: true, changed: true, ...names, at, hash: 'h', seen, verdict };
};

export const advice = (choice: string): Reasoning => ({
  provider: 'fake',
  model: 'small',
  choice,
  text: 'because',
  confidence: 0.9,
  followed: false,
  error: null,
  tokens: 10,
  cost_usd: null,
});

type Handle = WorkflowHandle<typeof autonomousCycle>;

/** The real workflow, and a madre in memory on a host of its own. */
export interface AutonomyBench {
  cycle(madre?: Partial<FakeMadre>): Promise<{ madre: FakeMadre; handle: Handle }>;
  stop(): Promise<void>;
}

export async function startAutonomyBench(address: string): Promise<AutonomyBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  await workers.start({ taskQueue, workflowBundle });
  return {
    async cycle(change = {}) {
      const host = `host-${newId('run').slice(4)}`;
      const madre: FakeMadre = {
        round: changedRound(),
        reasoning: null,
        calls: [],
        carried: [],
        failures: {},
        ...change,
      };
      await workers.start({ taskQueue: powerQueue(host), activities: activitiesOf(madre) });
      const handle = await client.workflow.start<typeof autonomousCycle>('autonomousCycle', {
        workflowId: `autonomy:${host}`,
        taskQueue,
        args: [{ host }],
      });
      return { madre, handle };
    },
    stop: () => workers.stop(),
  };
}

function activitiesOf(madre: FakeMadre): AutonomyActivities & Record<string, never> {
  const call = (name: Call): void => {
    madre.calls.push(name);
    const left = madre.failures[name] ?? 0;
    if (left === 0) return;
    madre.failures[name] = left - 1;
    throw ApplicationFailure.create({ message: `${name} fails`, type: 'store_unavailable' });
  };
  const activities: AutonomyActivities = {
    async observe() {
      call('observe');
      return madre.round;
    },
    async reason() {
      call('reason');
      return madre.reasoning;
    },
    async carryOut(input) {
      call('carryOut');
      madre.carried.push(input);
      const { decision_id } = input.round;
      return { decision_id, plan_id: 'plan-00000001', plan_status: 'PENDING' };
    },
  };
  return activities as AutonomyActivities & Record<string, never>;
}
