import type { DriftAudit } from '../../../contracts/drift.ts';
import { idOfStep } from '../../../contracts/ids.ts';
import { manifestatorService } from '../../../contracts/queues.ts';
import { auditHasEnded, queuedAudit } from '../../../domain/drift/audit.ts';
import type { AuditRuns } from '../../drift/deps.ts';
import { awaitStored } from '../../stored-work.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type PlanDeps, type RoleWork } from '../ports.ts';

const lookEveryMs = 200;
/** What a step may call an audit of drift. */
export const auditActions: ReadonlySet<string> = new Set(['audit', 'scan', 'drift']);

/** The work of manifestator for plans: an audit of drift, on a host where manifestator is awake. It changes nothing. */
export const auditForPlan =
  (deps: Pick<PlanDeps, 'store' | 'clock'> & { runs: () => AuditRuns }): RoleWork =>
  async (plan, { action, step_id }, signal) => {
    if (!auditActions.has(action)) {
      const detail = `manifestator takes "audit" from plans, and no "${action}".`;
      return broken({ code: 'unknown_action', detail, may_retry: false });
    }
    const { store, clock } = deps;
    const { services } = await readWorld(store);
    const awake = services.find(({ name, asleep }) => name === manifestatorService && !asleep);
    if (awake === undefined)
      return broken({ code: 'off_by_policy', detail: 'manifestator fell asleep. Open it again.' });
    const { host } = awake;
    const { actor: owner, correlation_id } = plan;
    const audit_id = idOfStep('audit', plan.plan_id, step_id);
    const request = { audit_id, host, owner, correlation_id, modules: null, include_tests: false };
    const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? null;
    const { view } = await store.drift.create(queuedAudit(request, clock()), [], principal);
    if (!auditHasEnded(view)) await deps.runs().startAudit(view);
    const audit: DriftAudit = await awaitStored(store.drift, audit_id, auditHasEnded, {
      everyMs: lookEveryMs,
      signal,
    });
    const { status, found, fresh, cleared, cause, detail } = audit;
    const result = { audit_id, host, status, ...found, fresh, cleared };
    if (status === 'done') return done(result);
    return broken({ code: cause ?? 'audit_failed', detail: detail ?? 'The audit failed.' }, result);
  };
