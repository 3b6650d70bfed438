import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type {
  HermesModelActivities,
  KeptModel,
  PlacedModel,
  PullActivities,
  ResolvedModel,
} from '../../../activities/models/model-activities.ts';
import { keepWorkflowId, newId, pullWorkflowId, searchWorkflowId } from '../../../contracts/ids.ts';
import { hermesQueue, powerQueue } from '../../../contracts/queues.ts';
import { withHeartbeat } from '../../../activities/heartbeat.ts';
import { queuedPull, type PullEnd } from '../../../domain/models/pull.ts';
import type { pullModel } from '../../../workflows/models/pull.ts';
import { keepStart, pullStart, searchStart } from '../../../workflows/models/start.ts';
import { cancelPull } from '../../../workflows/models/messages.ts';
import { until } from '../../stack/wait.ts';
import { testBundle } from '../temporal-bench.ts';
import { breakable, connectWorkers, type CallFault, type Calls } from '../workers.ts';

type Activities = HermesModelActivities & PullActivities;

const bytes = { size_bytes: 4, sha256: 'a'.repeat(64) };
const resolved: ResolvedModel = {
  repo: 'ana/tiny',
  commit: 'c'.repeat(40),
  license: 'mit',
  files: [{ path: 'tiny.gguf', ...bytes, git_id: null, problem: null }],
};
const placed: PlacedModel = {
  name: 'ana/tiny:tiny.gguf',
  commit: resolved.commit,
  license: 'mit',
  files: [{ path: 'ana/tiny/cccccccccccc/tiny.gguf', ...bytes }],
  size_bytes: null,
  header: { format: 'gguf', architecture: 'llama', context_length: 2048 },
};
const victim: KeptModel = {
  model_id: 'model-0000000b',
  source: 'hub',
  name: 'ana/old:old.gguf',
  files: [{ path: 'ana/old/dddddddddddd/old.gguf', ...bytes }],
  status: 'removing',
};

export interface PullSetup {
  fault?: CallFault | null;
  source?: 'hub' | 'ollama';
  /** Whether a model leaves for the new one. */
  evicts?: boolean;
  /** Whether its download lasts until somebody cancels it. */
  lasts?: boolean;
  host?: string;
}

/** Work for models that was started, and what it did so far. */
export interface FakePull extends Calls<keyof Activities> {
  ends: PullEnd[];
  handle: WorkflowHandle<typeof pullModel>;
}

export interface ModelsBench {
  pull(setup?: PullSetup): Promise<FakePull>;
  /** A pull that is cancelled while it downloads. */
  cancelled(host?: string): Promise<WorkflowHandle>;
  keep(host?: string): Promise<WorkflowHandle>;
  search(host?: string): Promise<WorkflowHandle>;
  stop(): Promise<void>;
}

/** The real workflows of models; what hermes brings and madre stores is in memory. */
export async function startModelsBench(address: string): Promise<ModelsBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  const { client, taskQueue } = workers;
  await workers.start({ taskQueue, workflowBundle });
  const serve = async (
    host: string,
    state: FakePull,
    { source = 'hub', evicts = false, lasts = false }: PullSetup = {},
  ) => {
    const all = breakable<Activities>(
      {
        startPull: async () => ({
          target: { source, model: 'ana/tiny', revision: 'main', file: null },
          most_bytes: 1000,
        }),
        resolveModel: async () => resolved,
        storeResolved: async () => ({ have: {} }),
        fetchModel: async () => {
          if (lasts) await withHeartbeat(() => Context.current().cancelled);
        },
        pullOllama: async () => placed,
        storeVerifying: async () => undefined,
        placeModel: async () => placed,
        registerModel: async () => ({
          model_id: 'model-0000000a',
          bytes: 4,
          victims: evicts ? [victim] : [],
          keep: [],
        }),
        removeModels: async () => undefined,
        forgetModels: async () => undefined,
        endPull: async ({ end }) => void state.ends.push(end),
        searchHub: async () => ({ models: [], next: null }),
        storeCatalog: async () => undefined,
        modelsToKeep: async () => ({ models: [victim], live: [] }),
        lookAtModels: async () => ({ missing: [], back: [], removed: [], found: [] }),
        storeLook: async () => undefined,
      },
      () => state,
    );
    for (const queue of [hermesQueue(host), powerQueue(host)])
      await workers.start({ taskQueue: queue, activities: all });
  };
  const idle = (): FakePull => ({ calls: [], fault: null, ends: [], handle: null as never });
  const bench: ModelsBench = {
    async cancelled(host = newId('run')) {
      const { handle, calls } = await bench.pull({ host, lasts: true });
      await until('it downloads', () => calls.includes('fetchModel'));
      await handle.signal(cancelPull, { actor: 'bob', correlation_id: 'c' });
      return handle;
    },
    async pull({ fault = null, source = 'hub', host = newId('run'), ...more } = {}) {
      const job_id = newId('pull');
      const handle = client.workflow.getHandle<typeof pullModel>(pullWorkflowId(job_id));
      const state: FakePull = { ...idle(), fault, handle };
      await serve(host, state, { source, ...more });
      const about = { job_id, host, owner: 'ana', correlation_id: 'c', pin: false };
      const what = { source, model: 'ana/tiny', revision: 'main', file: null };
      const pull = queuedPull({ ...about, ...what }, Date.now());
      await client.workflow.start('pullModel', { ...pullStart(pull), taskQueue });
      return state;
    },
    async keep(host = newId('run')) {
      await serve(host, idle());
      await client.workflow.start('keepModels', { ...keepStart(host), taskQueue });
      return client.workflow.getHandle(keepWorkflowId(host));
    },
    async search(host = newId('run')) {
      await serve(host, idle());
      const asked = searchStart(host, { query: 'tiny' }, 'digest');
      await client.workflow.start('searchModels', { ...asked, taskQueue });
      return client.workflow.getHandle(searchWorkflowId(host, 'digest'));
    },
    stop: () => workers.stop(),
  };
  return bench;
}
