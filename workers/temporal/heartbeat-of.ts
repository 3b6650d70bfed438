import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { z } from 'zod';
import { callMs, within } from './within.ts';

/** What the last heartbeat of an activity of this workflow said; null if none of this form runs. */
export async function heartbeatOf<T>(
  client: Client,
  workflowId: string,
  form: z.ZodType<T>,
): Promise<T | null> {
  const handle = client.workflow.getHandle(workflowId);
  const described = await within(client, callMs, () => handle.describe()).catch(
    (error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    },
  );
  for (const { heartbeatDetails } of described?.raw.pendingActivities ?? []) {
    const payload = heartbeatDetails?.payloads?.[0];
    if (payload === undefined) continue;
    const { data } = form.safeParse(defaultPayloadConverter.fromPayload(payload));
    if (data !== undefined) return data;
  }
  return null;
}
