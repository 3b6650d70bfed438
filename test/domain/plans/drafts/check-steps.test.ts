import { describe, expect, test } from 'vitest';
import type { SuiteSummary } from '../../../../contracts/checks.ts';
import { makePlan } from '../../../../domain/plans/make-plan.ts';
import type { PlanningContext } from '../../../../domain/plans/planning-context.ts';
import { aRequest, anIntent, aWorld, hex, twoHosts } from '../plan-samples.ts';

const suite = (name: string, services: string[], problems: string[] = []): SuiteSummary => ({
  name,
  kind: 'suite',
  declared: true,
  services,
  checks: 2,
  problems,
});
const suites = [suite('orders', ['web', 'db']), suite('broken', ['web'], ['`load` is not known'])];
const world = (change: { auto_open?: boolean } = {}): PlanningContext => ({
  ...aWorld([], change),
  suites: [{ host: 'host-a', suites }],
});
const planned = (
  text: string,
  context: PlanningContext = world(),
  scope: 'viewer' | 'operator' = 'operator',
) => makePlan(aRequest(text, { intent: anIntent(text, context), scope }), context);

test('a plan of checks has one step, whose run has the id of the step', () => {
  const plan = planned('check orders because of the release');
  expect(plan).toMatchObject({ ok: true, reads: false, risk: { level: 'LOW' } });
  if (!plan.ok) return;
  expect(plan.steps).toMatchObject([
    {
      type: 'RUN_CHECKS',
      params: {
        run_id: `run-${hex}01`,
        host: 'host-a',
        suite: 'orders',
        services: ['web', 'db'],
        wakes: ['web', 'db'],
      },
      effect: 'the checks of orders on host-a run; web, db wakes for them, and sleeps again',
      undo: `end run-${hex}01, if it still runs; its requests are not reversed`,
    },
  ]);
});

describe('nobody is asked to wake', () => {
  test('what no plan may wake, without a confirmation', () =>
    expect(planned('check orders', world({ auto_open: false }))).toMatchObject({
      ok: true,
      risk: {
        level: 'MED',
        because: 'it would wake web, db, which no plan may wake unless it is asked to',
      },
    }));
  test('anything, by a viewer', () =>
    expect(planned('check orders', world(), 'viewer')).toMatchObject({
      ok: false,
      error: { code: 'scope' },
    }));
});

describe('no plan is made', () => {
  test('for a suite with a mistake, which is named', () =>
    expect(planned('check broken')).toMatchObject({
      ok: false,
      error: { code: 'invalid', detail: expect.stringContaining('`load`') as string },
    }));
  test('for a service that has no suite, and the nearest name is given', () =>
    expect(planned('run the checks of web')).toMatchObject({
      ok: false,
      error: { code: 'suite_not_found', detail: 'There is no suite and no service web.' },
    }));
  test('for a host that does not have it', () => {
    const context = {
      ...twoHosts(),
      suites: [
        { host: 'nas', suites },
        { host: 'gpu', suites: [] },
      ],
    };
    expect(planned('check orders', context)).toMatchObject({ ok: true });
    expect(planned('check orders on gpu', context)).toMatchObject({
      ok: false,
      error: { code: 'suite_not_found' },
    });
  });
});
