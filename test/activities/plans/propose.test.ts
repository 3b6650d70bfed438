import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { control } from '../../../activities/plans/control.ts';
import type { PlanDeps } from '../../../activities/plans/ports.ts';
import { propose, proposePlan } from '../../../activities/plans/propose.ts';
import { createPlanRound } from '../../../activities/plans/round.ts';
import { planView } from '../../../contracts/plan.ts';
import type { Store } from '../../../store/index.ts';
import { anIntent } from '../../domain/plans/plan-samples.ts';
import { aService } from '../../domain/samples.ts';
import { catalog } from '../../gateway/fixture.ts';
import { startPlans, type PlanStage } from './stage.ts';

let stage: PlanStage;
let store: Store;
let deps: PlanDeps;
beforeEach(async () => {
  stage = await startPlans();
  ({ store, deps } = stage);
});
afterEach(() => stage.close());

const from = {
  source: 'autonomous',
  actor: 'autonomy',
  reason: null,
  correlation_id: 'c-1',
} as const;
const wish = (text: string) => ({ ...from, intent: anIntent(text) });

describe('a proposal', () => {
  test('that only looks is carried out at once, without a run', async () => {
    const plan = await proposePlan(deps, wish('status of web'));
    expect(plan).toMatchObject({
      status: 'DONE',
      steps: [{ status: 'DONE', result: { healthy: true } }],
    });
    expect(stage.started).toEqual([]);
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
    expect(await store.plans.unstarted(stage.now + 1)).toEqual([]);
  });

  test('of LOW risk runs; of more it waits, whoever proposes, and nobody is given a token for it', async () => {
    const low = await proposePlan(deps, wish('open web'));
    expect(low).toMatchObject({ status: 'PENDING', risk: 'LOW', confirmation: null });
    const high = await proposePlan(deps, wish('stop web'));
    expect(high).toMatchObject({
      status: 'WAITING',
      confirmation: { quorum: 2, no_self_approval: true },
    });
    expect(JSON.stringify(high)).not.toContain('token');
    const med = await proposePlan(deps, wish('restart web'));
    expect(med).toMatchObject({
      risk: 'MED',
      confirmation: { quorum: 1, no_self_approval: false },
    });
    expect(stage.started).toEqual([low.plan_id, high.plan_id, med.plan_id]);
    expect((await store.intents.newestOf('c-1'))?.source).toBe('autonomous');
  });

  test('that cannot be is written down as what it is', async () => {
    const plan = await proposePlan(deps, wish('open redis'));
    expect(plan).toMatchObject({
      status: 'ERROR',
      steps: [],
      error: { code: 'service_not_allowed' },
    });
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
  });

  test('that nothing could show again is refused before it is written down', async () => {
    const params = { window_ids: [], services: ['my db'] };
    const plan = await proposePlan(deps, { ...from, steps: [{ type: 'CLOSE_WINDOW', params }] });
    expect(plan).toMatchObject({ status: 'ERROR', steps: [], error: { code: 'invalid' } });
    expect(planView.parse(await store.plans.find(plan.plan_id))).toEqual(plan);
  });

  test('that is only shown leaves nothing but that it was asked', async () => {
    const { plan, confirm_token } = await propose(deps, { ...wish('stop web'), dry_run: true });
    expect([plan.status, confirm_token]).toEqual(['WAITING', null]);
    expect(await store.plans.find(plan.plan_id)).toBeNull();
    expect(stage.started).toEqual([]);
  });

  test('while Temporal is away is given up where it would run at once, and kept where it waits', async () => {
    stage.away = true;
    expect(await proposePlan(deps, wish('open web'))).toMatchObject({
      status: 'ERROR',
      error: { code: 'temporal_unavailable' },
      steps: [{ status: 'SKIPPED' }],
    });
    const waits = await proposePlan(deps, wish('stop web'));
    expect(waits.status).toBe('WAITING');
    const round = createPlanRound(deps);
    stage.now += 5000;
    await expect(round()).rejects.toThrow('away');
    stage.away = false;
    await round();
    await round();
    expect(stage.started).toEqual([waits.plan_id]);
  });
});

describe('a round', () => {
  test('starts what a crash left, unless nobody wants it any more', async () => {
    const { plan } = await propose(deps, wish('open web'));
    const young = { ...plan, plan_id: 'plan-00000000000000aa' };
    const old = {
      ...plan,
      plan_id: 'plan-00000000000000bb',
      created_at: new Date(stage.now - 61_000).toISOString(),
    };
    stage.started.length = 0;
    for (const each of [young, old]) await store.plans.insert(each, null, []);
    const round = createPlanRound(deps);
    await round();
    expect([stage.started, (await store.plans.find(old.plan_id))?.status]).toEqual([[], 'ERROR']);
    stage.now += 4000;
    await round();
    expect(stage.started).toEqual([young.plan_id]);
  });

  test('ends what Temporal has lost', async () => {
    const waits = await proposePlan(deps, wish('stop web'));
    stage.lost = true;
    const round = createPlanRound(deps);
    await round();
    expect((await store.plans.find(waits.plan_id))?.status).toBe('WAITING');
    stage.now += 31_000;
    await round();
    expect(await store.plans.find(waits.plan_id)).toMatchObject({
      status: 'REJECTED',
      error: { code: 'run_lost' },
    });
  });
});

describe('control', () => {
  const call = (target: string, action: string, host: string | null = null) =>
    control(deps, {
      actor: 'ada',
      scope: 'operator',
      correlation_id: 'c-3',
      target,
      action,
      host,
      ttl_seconds: 60,
      reason: 'r',
    });
  test.each([
    ['start', 'OPEN_WINDOW', 'LOW'],
    ['open_window', 'OPEN_WINDOW', 'LOW'],
    ['stop', 'CLOSE_WINDOW', 'HIGH'],
    ['kill', 'CLOSE_WINDOW', 'HIGH'],
    ['restart', 'OPEN_WINDOW', 'MED'],
    ['status', 'SYSTEM_HEALTHCHECK', 'LOW'],
    ['close', 'NOOP', 'LOW'],
  ])('%s becomes %s of %s risk', async (action, type, risk) => {
    const { plan, confirm_token } = await call('web', action);
    expect(plan).toMatchObject({
      risk,
      steps: expect.arrayContaining([expect.objectContaining({ type })]),
    });
    expect(confirm_token === null).toBe(risk === 'LOW');
  });
  test('of a host that is not there is a plan that cannot be', async () => {
    const { plan } = await call('web', 'start', 'mars');
    expect(plan).toMatchObject({ status: 'ERROR', error: { code: 'service_not_allowed' } });
    expect(plan.error!.detail).toContain('mars is not a known host');
  });
  test.each([
    ['web', 'dance', 'unknown_action'],
    ['mystery', 'stop', 'service_not_allowed'],
  ])('of %s: %s is refused, and logged like all that is asked', async (target, action, code) => {
    const { intent_id, plan } = await call(target, action);
    expect(plan).toMatchObject({ status: 'ERROR', error: { code }, steps: [], intent_id });
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
    expect(await store.intents.find(intent_id)).toMatchObject({ payload: { target, action } });
    expect(stage.started).toEqual([]);
  });
  test.each([
    ['system', 'healthcheck', 'SYSTEM_HEALTHCHECK', 'LOW', 'DONE'],
    ['system', 'status', 'SYSTEM_HEALTHCHECK', 'LOW', 'DONE'],
    ['storage', 'healthcheck', 'SYSTEM_HEALTHCHECK', 'LOW', 'DONE'],
    ['shub', 'suspend', 'CLOSE_WINDOW', 'MED', 'WAITING'],
    ['shub', 'stop', 'CLOSE_WINDOW', 'HIGH', 'WAITING'],
    ['audio', 'status', 'SYSTEM_HEALTHCHECK', 'LOW', 'DONE'],
    ['audio', 'mix', 'CALL_SHUB', 'LOW', 'PENDING'],
    ['gateway', 'stop', 'CLOSE_WINDOW', 'HIGH', 'WAITING'],
  ])(
    'of %s: %s, as VX11 is called, is %s of %s risk: %s',
    async (target, action, type, risk, status) => {
      const { plan } = await call(target, action);
      expect(plan).toMatchObject({ risk, status, steps: [{ type }] });
    },
  );
  test('of a name that a service has too means the service', async () => {
    const services = [aService('web'), aService('audio')];
    await store.services.saveCatalog({ ...catalog(services) }, []);
    const { plan } = await call('audio', 'open');
    expect(plan.steps).toMatchObject([{ params: { services: ['audio'] } }]);
  });
  test.each([
    ['system', 'stop', /possible: status, healthcheck, close\./],
    ['web', 'dance', /possible: open, close, extend/],
    ['mystery', 'stop', /possible: web, db, system, storage, audio\./],
  ])('of %s: %s says what is possible', async (target, action, told) => {
    const { plan } = await call(target, action);
    expect(plan).toMatchObject({ status: 'ERROR', steps: [] });
    expect(plan.error!.detail).toMatch(told);
  });
  test('of madre is HIGH, and waits', async () => {
    expect((await call('madre', 'stop')).plan).toMatchObject({ status: 'WAITING', risk: 'HIGH' });
  });
});
