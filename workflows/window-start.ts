import { windowWorkflowId } from '../contracts/ids.ts';
import { workflowQueue } from '../contracts/queues.ts';
import { windowTitle } from '../domain/windows/window.ts';
import type { KeepWindow } from './messages.ts';
import { searchAttributes } from './search-attributes.ts';

/**
 * The start options of a window's workflow for any caller: a start joins a running one, and never restarts an ended one.
 * The workflow task timeout decides how soon another worker takes over from a killed one.
 */
export const windowStart = (input: KeepWindow) => ({
  workflowId: windowWorkflowId(input.view.window_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [input] as [KeepWindow],
  memo: {
    reason: input.view.reason,
    services: input.view.services,
    owner: input.view.owner,
    correlation_id: input.view.correlation_id,
  },
  staticSummary: windowTitle(input.view).slice(0, 200),
  typedSearchAttributes: [
    { key: searchAttributes.services, value: input.view.services },
    { key: searchAttributes.owner, value: input.view.owner },
    { key: searchAttributes.host, value: input.view.host },
    { key: searchAttributes.state, value: input.view.state },
  ],
});
