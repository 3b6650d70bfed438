import type { Client } from '@temporalio/client';
import type { AuditRuns } from '../../../activities/drift/deps.ts';
import { auditWorkflowId } from '../../../contracts/ids.ts';
import { auditStart } from '../../../workflows/drift/start.ts';
import { isRunning } from '../is-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

/** Makes the calls of audits to Temporal, over the connection of this process. */
export const auditRuns = (client: Client): AuditRuns => ({
  async startAudit(audit) {
    const start = () => client.workflow.start('auditDrift', auditStart(audit));
    await within(client, callMs, start).catch(unlessStarted);
  },
  auditRun: (auditId) => isRunning(client, auditWorkflowId(auditId)),
});
