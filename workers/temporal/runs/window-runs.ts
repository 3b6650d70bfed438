import { randomUUID } from 'node:crypto';
import {
  WorkflowNotFoundError,
  WorkflowUpdateStage,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { windowWorkflowId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { closeWindow, releaseService } from '../../../workflows/messages.ts';
import { windowStart } from '../../../workflows/window-start.ts';
import { isRunning } from '../is-running.ts';
import { callMs, within } from '../within.ts';

/** The calls of a process with power to Temporal about windows. */
export interface WindowRuns {
  /** Returns whether this window's workflow runs. */
  runs(windowId: string): Promise<boolean>;
  start(view: WindowView): Promise<void>;
  /** Signals a window that its deadline has passed; does not wait for its end. Does nothing if it has ended. */
  closeLate(windowId: string): Promise<void>;
  /** Releases an unused service from a window. Does nothing if the window has ended. */
  releaseIdle(windowId: string, service: string): Promise<void>;
}

export const windowRuns = (client: Client): WindowRuns => {
  const send = async (
    windowId: string,
    message: (handle: WorkflowHandle) => Promise<unknown>,
  ): Promise<void> => {
    const handle = client.workflow.getHandle(windowWorkflowId(windowId));
    try {
      await within(client, callMs, () => message(handle));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };
  return {
    runs: (windowId) => isRunning(client, windowWorkflowId(windowId)),
    async start(view) {
      const start = () =>
        client.workflow.start('keepWindow', windowStart({ view, when_full: 'refuse' }));
      await within(client, callMs, start);
    },
    async closeLate(windowId) {
      const message = { reason: null, closed_by: 'deadline', ...by('settle_loop') } as const;
      await send(windowId, (handle) =>
        handle.startUpdate(closeWindow, { args: [message], waitForStage }),
      );
    },
    async releaseIdle(windowId, service) {
      const message = { service, closed_by: 'idle', ...by('idle') } as const;
      await send(windowId, (handle) =>
        handle.startUpdate(releaseService, { args: [message], waitForStage }),
      );
    },
  };
};

const waitForStage = WorkflowUpdateStage.ACCEPTED;
const by = (actor: string) => ({ actor, correlation_id: randomUUID() });
