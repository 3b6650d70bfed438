import { afterEach, beforeEach, expect, test } from 'vitest';
import { callRole } from '../../../../activities/plans/steps/role-call.ts';
import { scanForPlan } from '../../../../activities/plans/steps/scan.ts';
import { incidentExample } from '../../../../gateway/incidents/incident-examples.ts';
import { aPlan, aStep } from '../../../domain/plans/plan-samples.ts';
import { aService } from '../../../domain/samples.ts';
import { catalog, view } from '../../../gateway/fixture.ts';
import { startPlans, type PlanFixture } from '../fixture.ts';

const host = 'box';
let plans: PlanFixture;
let looked: object[];
beforeEach(async () => {
  plans = await startPlans();
  looked = [];
  await plans.store.services.saveCatalog(catalog([aService('hormiguero')]), []);
});
afterEach(() => plans.close());

const runs = {
  async runAnts(input: object) {
    looked.push(input);
    return [
      { ant: 'health', outcome: 'looked' as const, bad: 1, detail: null },
      { ant: 'disk', outcome: 'failed' as const, bad: 0, detail: 'no' },
    ];
  },
};
const wake = () =>
  plans.store.windows.save(view({ host, services: ['hormiguero'], members: ['hormiguero'] }), []);
const call = (action = 'scan') => {
  const step = aStep({ type: 'CALL_HORMIGUERO', params: { action, text: '' } }) as never;
  const roles = { hormiguero: scanForPlan({ store: plans.store, runs: () => runs }) };
  const { steps: _, ...plan } = aPlan({ correlation_id: 'c-7' });
  return callRole({ ...plans.deps, roles }, plan, step, new AbortController().signal);
};

test('the step lets every ant look where hormiguero is awake, and says what is open', async () => {
  await wake();
  const none = { memories: new Map(), states: [], events: [] };
  await plans.store.incidents.round(host, () => ({ ...none, incidents: [incidentExample] }));
  expect(await call()).toMatchObject({
    status: 'DONE',
    result: {
      host,
      looked: 1,
      failed: ['disk'],
      open: { high: 1 },
      incidents: [{ severity: 'high', title: 'web is unhealthy' }],
    },
  });
  expect(looked).toEqual([{ host, all: true, correlation_id: 'c-7' }]);
});

test('while hormiguero sleeps, and for another action, nothing is looked at', async () => {
  expect(await call()).toMatchObject({ error: { code: 'off_by_policy' } });
  await wake();
  expect(await call('dance')).toMatchObject({ error: { code: 'unknown_action' } });
  expect(looked).toEqual([]);
});
