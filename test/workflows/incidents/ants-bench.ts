import type { WorkflowHandle } from '@temporalio/client';
import type {
  AntActivities,
  HormigueroActivities,
  ServedCertificate,
} from '../../../activities/incidents/incident-activities.ts';
import type { AntResult } from '../../../contracts/incidents.ts';
import { newId } from '../../../contracts/ids.ts';
import { hormigueroQueue, powerQueue } from '../../../contracts/queues.ts';
import type { runAnts } from '../../../workflows/incidents/run-ants.ts';
import { lookStart } from '../../../workflows/incidents/start.ts';
import { testBundle } from '../temporal-bench.ts';
import { breakable, connectWorkers, type CallFault, type Calls } from '../workers.ts';

type Activities = AntActivities & HormigueroActivities;

export const seen = (ant: string): AntResult => ({ ant, outcome: 'looked', bad: 0, detail: null });
const served: ServedCertificate = { address: 'web:443', expires_at: 1 };

export interface AntsSetup {
  fault?: CallFault | null;
  /** Whether there is something that only hormiguero can look at. */
  outside?: boolean;
  /** Whether hormiguero takes work. */
  awake?: boolean;
}

/** A round that was started, and what it did so far. */
export interface FakeRound extends Calls<keyof Activities> {
  judged: (ServedCertificate[] | null)[];
  handle: WorkflowHandle<typeof runAnts>;
}

export interface AntsBench {
  start(setup?: AntsSetup): Promise<FakeRound>;
  stop(): Promise<void>;
}

/** The real workflow of a round of ants; what they see is in memory. */
export async function startAntsBench(address: string): Promise<AntsBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
  return {
    async start({ fault = null, outside = false, awake = true } = {}) {
      const host = `recorded-${newId('run').slice(4, 12)}`;
      const input = { host, all: false, correlation_id: 'c' };
      const options = { ...lookStart(input), taskQueue: workers.taskQueue };
      const handle = workers.client.workflow.getHandle<typeof runAnts>(options.workflowId);
      const state: FakeRound = { calls: [], fault, judged: [], handle };
      const { servedCertificates, ...madre } = breakable<Activities>(
        {
          runAnts: async () => ({
            results: [seen('disk')],
            outside: outside ? { addresses: ['web:443'] } : null,
          }),
          servedCertificates: async () => [served],
          async judgeOutside(judged) {
            state.judged.push(judged.served);
            return [seen('certs')];
          },
        },
        () => state,
      );
      const activities = { servedCertificates };
      if (awake) await workers.start({ taskQueue: hormigueroQueue(host), activities });
      await workers.start({ taskQueue: powerQueue(host), activities: madre });
      await workers.client.workflow.start('runAnts', options);
      return state;
    },
    stop: () => workers.stop(),
  };
}
