import type { WorkflowHandle } from '@temporalio/client';
import type {
  AuditActivities,
  ManifestatorActivities,
} from '../../../activities/drift/drift-activities.ts';
import { auditWorkflowId, newId } from '../../../contracts/ids.ts';
import { manifestatorQueue, powerQueue } from '../../../contracts/queues.ts';
import { queuedAudit, type AuditEnd } from '../../../domain/drift/audit.ts';
import { judge } from '../../../domain/drift/judge.ts';
import type { auditDrift } from '../../../workflows/drift/audit.ts';
import { auditStart } from '../../../workflows/drift/start.ts';
import { testBundle } from '../temporal-bench.ts';
import { breakable, connectWorkers, type CallFault, type Calls } from '../workers.ts';

type Activities = AuditActivities & ManifestatorActivities;

export interface AuditSetup {
  fault?: CallFault | null;
  /** In how many pieces the facts come. */
  pieces?: number;
  /** Whether manifestator takes work. */
  awake?: boolean;
  /** By default one of its own. */
  host?: string;
}

/** An audit that was started, and what it did so far. */
export interface FakeAudit extends Calls<keyof Activities> {
  ends: AuditEnd[];
  handle: WorkflowHandle<typeof auditDrift>;
}

export interface DriftBench {
  start(setup?: AuditSetup): Promise<FakeAudit>;
  stop(): Promise<void>;
}

const covered = { services: ['web'], busy: [], whole: true, containers: 1, read_ms: 1 };
const service = {
  name: 'web',
  tier: 'window',
  awake: true,
  busy: false,
  replicas: 1,
  restart: 'no',
  image: null,
  sources: [],
  contents: [],
  unknown_zone: null,
  containers: [],
} as const;

/** The real workflow of an audit; what madre reads and stores is in memory. */
export async function startDriftBench(address: string): Promise<DriftBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
  return {
    async start({ fault = null, pieces = 1, awake = true, host = newId('run') } = {}) {
      const audit_id = newId('audit');
      const at = Date.now();
      const about = { host, owner: 'ana', correlation_id: 'c' };
      const stored = queuedAudit({ audit_id, ...about, modules: null, include_tests: false }, at);
      const handle = workers.client.workflow.getHandle<typeof auditDrift>(
        auditWorkflowId(audit_id),
      );
      const state: FakeAudit = { calls: [], fault, ends: [], handle };
      const { readFacts, judgeFacts, endAudit } = breakable<Activities>(
        {
          readFacts: async ({ piece }) => ({
            facts: {
              day: '2026-11-29',
              services: [{ ...service, sources: [], contents: [], containers: [] }],
              stack: null,
              ignore: [],
            },
            covered: { ...covered, busy: [] },
            next: piece + 1 < pieces ? piece + 1 : null,
          }),
          judgeFacts: async ({ facts }) => judge(facts),
          async endAudit({ end }) {
            state.ends.push(end);
            return { ...stored, status: end.ok ? 'done' : 'failed' };
          },
        },
        () => state,
      );
      if (awake)
        await workers.start({ taskQueue: manifestatorQueue(host), activities: { judgeFacts } });
      await workers.start({ taskQueue: powerQueue(host), activities: { readFacts, endAudit } });
      const options = { ...auditStart(stored), taskQueue: workers.taskQueue };
      await workers.client.workflow.start('auditDrift', options);
      return state;
    },
    stop: () => workers.stop(),
  };
}
