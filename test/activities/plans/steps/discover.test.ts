import { afterEach, beforeEach, expect, test } from 'vitest';
import { callRole } from '../../../../activities/plans/steps/role-call.ts';
import { discoverForPlan } from '../../../../activities/plans/steps/discover.ts';
import type { SearchAnswer, SearchBody } from '../../../../contracts/models.ts';
import type { ProgramScan } from '../../../../contracts/programs.ts';
import { endedScan, scanWith, type ScanEnd } from '../../../../domain/programs/scan.ts';
import { hubModelExample } from '../../../../gateway/models/examples.ts';
import { aPlan, aStep } from '../../../domain/plans/plan-samples.ts';
import { aService } from '../../../domain/samples.ts';
import { catalog, view } from '../../../gateway/fixture.ts';
import { startPlans, type PlanFixture } from '../fixture.ts';

let plans: PlanFixture;
let started: ProgramScan[];
let end: ScanEnd;
let searched: SearchBody[];
let answer: SearchAnswer;
const host = 'box';
beforeEach(async () => {
  plans = await startPlans();
  started = [];
  end = { ok: true, asked: 0 };
  searched = [];
  answer = { status: 'DONE', models: [hubModelExample], next: null, error: null, hint: null };
  await plans.store.services.saveCatalog(catalog([aService('hermes')]), []);
});
afterEach(() => plans.close());

const runs = {
  async startScan(scan: ProgramScan) {
    started.push(scan);
    await plans.store.programs.change(scan.scan_id, (now) => ({
      view: endedScan(scanWith(now, [], 20, plans.now), end, plans.now),
      events: [],
    }));
  },
  scanRun: async () => true,
};
const step = (action = 'discover', text = '') =>
  aStep({ type: 'CALL_HERMES', params: { action, text } }) as never;
const wake = () =>
  plans.store.windows.save(view({ host, services: ['hermes'], members: ['hermes'] }), []);
const call = (action?: string, text?: string) => {
  const { store, clock } = plans.deps;
  const roles = {
    hermes: discoverForPlan({
      store,
      clock,
      runs: () => runs,
      models: () => ({
        search: async (_host, asked) => {
          searched.push(asked);
          return answer;
        },
        startPull: async () => undefined,
        cancelPull: async () => false,
      }),
    }),
  };
  const { steps: _, ...plan } = aPlan({ plan_id: 'plan-00000000000000aa', actor: 'ana' });
  return callRole({ ...plans.deps, roles }, plan, step(action, text), new AbortController().signal);
};

test('the step scans the host where hermes is awake, in the name of who asked, and ends with the scan', async () => {
  await wake();
  expect(await call()).toMatchObject({
    status: 'DONE',
    result: { scan_id: 'scan-00000000000000aa01', host, status: 'done', found: 0 },
  });
  expect(started).toMatchObject([{ owner: 'ana', host, refresh: false }]);
});

test('a retry after a crash waits for the same scan', async () => {
  await wake();
  await call();
  expect(await call('scan')).toMatchObject({ status: 'DONE' });
  expect(started).toHaveLength(1);
});

test('a scan that failed is an error with what to do', async () => {
  await wake();
  end = { ok: false, cause: 'hermes_unavailable', detail: 'it did not answer; try again' };
  expect(await call()).toMatchObject({
    status: 'ERROR',
    error: { code: 'hermes_unavailable', detail: 'it did not answer; try again' },
  });
});

test('hermes that sleeps is asked nothing', async () => {
  expect(await call()).toMatchObject({ status: 'ERROR', error: { code: 'off_by_policy' } });
  expect(started).toEqual([]);
});

test('what hermes does not do is refused', async () => {
  await wake();
  expect(await call('download')).toMatchObject({ error: { code: 'unknown_action' } });
  expect(started).toEqual([]);
});

test('a search for models ends with what the hub has, or with why it did not answer', async () => {
  await wake();
  expect(await call('search', 'smollm2')).toMatchObject({
    status: 'DONE',
    result: { host, query: 'smollm2', models: [hubModelExample.repo] },
  });
  expect(searched).toEqual([{ query: 'smollm2' }]);
  answer = { ...answer, status: 'ERROR', error: 'rate_limited', hint: 'wait 7 s' };
  expect(await call('search')).toMatchObject({
    status: 'ERROR',
    error: { code: 'rate_limited', detail: 'wait 7 s' },
  });
});
