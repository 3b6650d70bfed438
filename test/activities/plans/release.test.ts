import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';
import { closeWindowStep } from '../../../activities/plans/steps/close-window.ts';
import type { StepOf } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { writeReceipt } from '../../../domain/windows/receipt.ts';
import { closed, without } from '../../../domain/windows/window.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { anOpenWindow } from '../../domain/samples.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

const window_id = 'window-00000000000000aa';
let fixture: PlanFixture;
let deps: PlanDeps;
/** How often a window answers that it is not open yet before it releases a service. */
let refusals: number;
let closings: number;

beforeEach(async () => {
  fixture = await startPlans();
  [refusals, closings] = [0, 0];
  const { windows } = fixture.store;
  const become = async (id: string, change: (view: WindowView) => WindowView) => {
    const next = change((await windows.find(id))!);
    await windows.save(next, []);
    return next;
  };
  const runs: PlanRuns = {
    ...fixture.deps.runs(),
    releaseService: async (id, { service }) => {
      if (refusals-- > 0) return { code: 'window_not_open', detail: 'this window is opening' };
      return become(id, (view) => without(view, service));
    },
    closeWindow: async (id, { reason }) => {
      closings += 1;
      const ending = { closed_by: 'caller', reason } as const;
      return become(id, (view) => closed(view, writeReceipt(view, ending, [], Date.now())));
    },
  };
  deps = { ...fixture.deps, runs: () => runs };
});
afterEach(() => fixture.close());

const has = (change: Partial<WindowView>) =>
  fixture.store.windows.save(
    anOpenWindow({ window_id, host: 'box', kind: 'operator', target: null, ...change }),
    [],
  );
const stopWeb = (signal = new AbortController().signal) => {
  const params = { window_ids: [window_id], services: ['web'] };
  const step = aStep({ type: 'CLOSE_WINDOW', params }) as StepOf<'CLOSE_WINDOW'>;
  const { steps: _steps, ...plan } = aPlan({ steps: [step] });
  return closeWindowStep(deps, plan, step, signal);
};

test('a service is released from an opening window as soon as that is open', async () => {
  await has({ state: 'opening', services: ['web', 'db'], members: ['web', 'db'] });
  refusals = 2;
  expect(await stopWeb()).toMatchObject({ status: 'DONE' });
  expect(await fixture.store.windows.find(window_id)).toMatchObject({ members: ['db'] });
  expect(closings).toBe(0);
});

test.each(['requested', 'queued', 'opening'] as const)(
  'a window that is %s ends at once if the service is its only one',
  async (state) => {
    await has({ state, services: ['web'], members: [] });
    refusals = Infinity;
    expect(await stopWeb()).toMatchObject({ status: 'DONE' });
    expect((await fixture.store.windows.find(window_id))?.state).toBe('closed');
  },
);

test('the wait for a window to open ends with the step', async () => {
  await has({ state: 'opening', services: ['web', 'db'], members: ['web', 'db'] });
  refusals = Infinity;
  await expect(stopWeb(AbortSignal.timeout(300))).rejects.toThrow();
});
