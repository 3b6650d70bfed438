import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditForPlan } from '../../../../activities/plans/steps/audit-drift.ts';
import { callRole } from '../../../../activities/plans/steps/role-call.ts';
import type { DriftAudit } from '../../../../contracts/drift.ts';
import { isoTime } from '../../../../platform/time.ts';
import { aPlan, aStep } from '../../../domain/plans/plan-samples.ts';
import { aService } from '../../../domain/samples.ts';
import { catalog, view } from '../../../gateway/fixture.ts';
import { startPlans, type PlanFixture } from '../fixture.ts';

let plans: PlanFixture;
let started: DriftAudit[];
let failure: Partial<DriftAudit>;
beforeEach(async () => {
  plans = await startPlans();
  started = [];
  failure = {};
  await plans.store.services.saveCatalog(catalog([aService('manifestator')]), []);
});
afterEach(() => plans.close());

const runs = {
  async startAudit(audit: DriftAudit) {
    started.push(audit);
    await plans.store.drift.change(audit.audit_id, (now) => ({
      view: { ...now, status: 'done', finished_at: isoTime(plans.now), ...failure },
      events: [],
    }));
  },
  auditRun: async () => true,
};
const wake = () =>
  plans.store.windows.save(view({ services: ['manifestator'], members: ['manifestator'] }), []);
const call = (action = 'audit') => {
  const { store, clock } = plans.deps;
  const roles = { manifestator: auditForPlan({ store, clock, runs: () => runs }) };
  const { steps: _, ...plan } = aPlan({ plan_id: 'plan-00000000000000aa', actor: 'ana' });
  const step = aStep({ type: 'CALL_MANIFESTATOR', params: { action, text: '' } }) as never;
  return callRole({ ...plans.deps, roles }, plan, step, new AbortController().signal);
};

test('the step audits the host where manifestator is awake, once, and ends with the audit', async () => {
  await wake();
  const result = { audit_id: 'audit-00000000000000aa01', host: 'box', status: 'done', drift: 0 };
  expect(await call()).toMatchObject({ status: 'DONE', result });
  expect(await call('scan')).toMatchObject({ status: 'DONE', result });
  expect(started).toMatchObject([{ owner: 'ana', host: 'box', modules: null }]);
});
test('an audit that failed is an error with what to do', async () => {
  await wake();
  failure = { status: 'failed', cause: 'lost', detail: 'Start it again.' };
  expect(await call()).toMatchObject({
    status: 'ERROR',
    error: { code: 'lost', detail: 'Start it again.' },
  });
});
test('manifestator that sleeps is asked nothing, and what it does not do is refused', async () => {
  expect(await call()).toMatchObject({ error: { code: 'off_by_policy' } });
  await wake();
  expect(await call('patch')).toMatchObject({ error: { code: 'unknown_action' } });
  expect(started).toEqual([]);
});
