import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PlanDeps, PlanRuns } from '../../../activities/plans/ports.ts';
import { closeWindowStep } from '../../../activities/plans/steps/close-window.ts';
import type { StepOf } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { writeReceipt } from '../../../domain/windows/receipt.ts';
import { closed, without } from '../../../domain/windows/window.ts';
import { aPlan, aStep } from '../../domain/plans/plan-samples.ts';
import { anOpenWindow } from '../../domain/samples.ts';
import { startPlans, type PlanStage } from './stage.ts';

const window_id = 'window-00000000000000aa';
let stage: PlanStage;
let deps: PlanDeps;
/** How often a window says that it is not open yet before it lets go of a service. */
let refusals: number;
let closings: number;

beforeEach(async () => {
  stage = await startPlans();
  [refusals, closings] = [0, 0];
  const { windows } = stage.store;
  const become = async (id: string, change: (view: WindowView) => WindowView) => {
    const next = change((await windows.find(id))!);
    await windows.save(next, []);
    return next;
  };
  const runs: PlanRuns = {
    ...stage.deps.runs(),
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
  deps = { ...stage.deps, runs: () => runs };
});
afterEach(() => stage.close());

const has = (change: Partial<WindowView>) =>
  stage.store.windows.save(
    anOpenWindow({ window_id, host: 'box', kind: 'operator', target: null, ...change }),
    [],
  );
const stopWeb = (signal = new AbortController().signal) => {
  const params = { window_ids: [window_id], services: ['web'] };
  const step = aStep({ type: 'CLOSE_WINDOW', params }) as StepOf<'CLOSE_WINDOW'>;
  const { steps: _steps, ...plan } = aPlan({ steps: [step] });
  return closeWindowStep(deps, plan, step, signal);
};

test('a service leaves a window that still opens as soon as that is open', async () => {
  await has({ state: 'opening', services: ['web', 'db'], members: ['web', 'db'] });
  refusals = 2;
  expect(await stopWeb()).toMatchObject({ status: 'DONE' });
  expect(await stage.store.windows.find(window_id)).toMatchObject({ members: ['db'] });
  expect(closings).toBe(0);
});

test.each(['requested', 'queued', 'opening'] as const)(
  'a window that is %s ends at once where the service is all it is for',
  async (state) => {
    await has({ state, services: ['web'], members: [] });
    refusals = Infinity;
    expect(await stopWeb()).toMatchObject({ status: 'DONE' });
    expect((await stage.store.windows.find(window_id))?.state).toBe('closed');
  },
);

test('the wait for a window to open ends with the step', async () => {
  await has({ state: 'opening', services: ['web', 'db'], members: ['web', 'db'] });
  refusals = Infinity;
  await expect(stopWeb(AbortSignal.timeout(300))).rejects.toThrow();
});
