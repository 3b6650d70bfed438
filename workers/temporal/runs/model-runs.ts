import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import type { ModelRuns, ModelSearch } from '../../../activities/models/deps.ts';
import { pullWorkflowId } from '../../../contracts/ids.ts';
import { sha256 } from '../../../platform/hash.ts';
import type { searchModels } from '../../../workflows/models/search.ts';
import { keepStart, pullStart, searchStart } from '../../../workflows/models/start.ts';
import { isRunning } from '../is-running.ts';
import { callMs, within } from '../within.ts';

/** A search waits for the hub. */
const searchMs = 25_000;
const progress = z.object({ bytes: z.int().min(0) });

/** Makes the calls of models to Temporal, over the connection of this process. */
export const modelRuns = (client: Client): ModelRuns & ModelSearch => ({
  async startPull(pull) {
    await within(client, callMs, () => client.workflow.start('pullModel', pullStart(pull)));
  },
  pullRun: (jobId) => isRunning(client, pullWorkflowId(jobId)),
  async pullBytes(jobId) {
    const handle = client.workflow.getHandle(pullWorkflowId(jobId));
    const described = await within(client, callMs, () => handle.describe()).catch(
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      },
    );
    for (const { heartbeatDetails } of described?.raw.pendingActivities ?? []) {
      const payload = heartbeatDetails?.payloads?.[0];
      if (payload === undefined) continue;
      const { data } = progress.safeParse(defaultPayloadConverter.fromPayload(payload));
      if (data !== undefined) return data.bytes;
    }
    return null;
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
