import { createStoredWorkRound } from '../stored-work.ts';
import type { DriftDeps } from './deps.ts';
import { endAudit } from './end-audit.ts';

/** Starts audits that have no workflow, and ends those whose workflow is gone. */
export const createAuditRound = (deps: DriftDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps.power, {
    store: deps.power.store.drift,
    idOf: ({ audit_id }) => audit_id,
    atOnce: 2,
    runs: (id) => deps.runs().auditRun(id),
    start: (audit) => deps.runs().startAudit(audit),
    async endLost(audit) {
      const detail = 'The workflow of this audit is gone; start it again.';
      await endAudit(deps, audit, { ok: false, cause: 'lost', detail });
    },
  });
