import type { Client } from '@temporalio/client';
import { z } from 'zod';
import type { ModelRuns, ModelSearch, PullRuns } from '../../../activities/models/deps.ts';
import { pullWorkflowId } from '../../../contracts/ids.ts';
import { sha256 } from '../../../platform/hash.ts';
import { cancelPull } from '../../../workflows/models/messages.ts';
import type { searchModels } from '../../../workflows/models/search.ts';
import { keepStart, pullStart, searchStart } from '../../../workflows/models/start.ts';
import { heartbeatOf } from '../heartbeat-of.ts';
import { isRunning } from '../is-running.ts';
import { signalRunning } from '../signal-running.ts';
import { callMs, within } from '../within.ts';

/** A search waits for the hub. */
const searchMs = 25_000;
const progress = z.object({ bytes: z.int().min(0) });

/** Makes the calls of models to Temporal, over the connection of this process. */
export const modelRuns = (client: Client): ModelRuns & ModelSearch & PullRuns => ({
  async startPull(pull) {
    await within(client, callMs, () => client.workflow.start('pullModel', pullStart(pull)));
  },
  cancelPull: (jobId, by) => signalRunning(client, pullWorkflowId(jobId), cancelPull, by),
  pullRun: (jobId) => isRunning(client, pullWorkflowId(jobId)),
  async pullBytes(jobId) {
    const said = await heartbeatOf(client, pullWorkflowId(jobId), progress);
    return said?.bytes ?? null;
  },
  search: (host, asked) =>
    within(client, searchMs, () =>
      client.workflow.execute<typeof searchModels>(
        'searchModels',
        searchStart(host, asked, sha256(JSON.stringify(asked)).slice(0, 16)),
      ),
    ),
  async startKeep(host) {
    await within(client, callMs, () => client.workflow.start('keepModels', keepStart(host)));
  },
});
