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
import { startPlans, type PlanFixture } from './fixture.ts';

let fixture: PlanFixture;
let store: Store;
let deps: PlanDeps;
beforeEach(async () => {
  fixture = await startPlans();
  ({ store, deps } = fixture);
});
afterEach(() => fixture.close());

const from = {
  source: 'autonomous',
  actor: 'autonomy',
  reason: null,
  correlation_id: 'c-1',
} as const;
const proposal = (text: string) => ({ ...from, intent: anIntent(text) });

describe('a proposal', () => {
  test('that only reads is carried out at once, without a run', async () => {
    const plan = await proposePlan(deps, proposal('status of web'));
    expect(plan).toMatchObject({
      status: 'DONE',
      steps: [{ status: 'DONE', result: { healthy: true } }],
    });
    expect(fixture.started).toEqual([]);
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
    expect(await store.plans.unstarted(fixture.now + 1)).toEqual([]);
  });

  test('of LOW risk runs at once; a riskier one waits, for any actor, and no token is handed out', async () => {
    const low = await proposePlan(deps, proposal('open web'));
    expect(low).toMatchObject({ status: 'PENDING', risk: 'LOW', confirmation: null });
    const high = await proposePlan(deps, proposal('stop web'));
    expect(high).toMatchObject({
      status: 'WAITING',
      confirmation: { quorum: 2, no_self_approval: true },
    });
    expect(JSON.stringify(high)).not.toContain('token');
    const med = await proposePlan(deps, proposal('restart web'));
    expect(med).toMatchObject({
      risk: 'MED',
      confirmation: { quorum: 1, no_self_approval: false },
    });
    expect(fixture.started).toEqual([low.plan_id, high.plan_id, med.plan_id]);
    expect((await store.intents.newestOf('c-1'))?.source).toBe('autonomous');
  });

  test('that cannot be planned is stored with its error', async () => {
    const plan = await proposePlan(deps, proposal('open redis'));
    expect(plan).toMatchObject({
      status: 'ERROR',
      steps: [],
      error: { code: 'service_not_allowed' },
    });
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
  });

  test('that leaves open what it is about is a question, and nothing is opened for it', async () => {
    const asked: string[] = [];
    const questions = {
      CALL_SHUB: async ({ text }: { text: string }) => {
        asked.push(text);
        return text.includes('.wav') ? null : { code: 'which_file', detail: 'Which files?' };
      },
    };
    const vague = await proposePlan({ ...deps, questions }, proposal('mix these 3 stems'));
    expect(vague).toMatchObject({ status: 'ERROR', steps: [], error: { code: 'which_file' } });
    const clear = await proposePlan({ ...deps, questions }, proposal('master song.wav'));
    expect(clear).toMatchObject({ status: 'PENDING' });
    expect(asked).toEqual(['mix these 3 stems', 'master song.wav']);
    expect(fixture.started).toEqual([clear.plan_id]);
  });

  test('that could not be read back is refused before it is stored', async () => {
    const params = { window_ids: [], services: ['my db'] };
    const plan = await proposePlan(deps, { ...from, steps: [{ type: 'CLOSE_WINDOW', params }] });
    expect(plan).toMatchObject({ status: 'ERROR', steps: [], error: { code: 'invalid' } });
    expect(planView.parse(await store.plans.find(plan.plan_id))).toEqual(plan);
  });

  test('with dry_run stores nothing but the intent', async () => {
    const { plan, confirm_token } = await propose(deps, { ...proposal('stop web'), dry_run: true });
    expect([plan.status, confirm_token]).toEqual(['WAITING', null]);
    expect(await store.plans.find(plan.plan_id)).toBeNull();
    expect(fixture.started).toEqual([]);
  });

  test('while Temporal is unavailable is given up if it would run at once, and kept if it waits', async () => {
    fixture.away = true;
    expect(await proposePlan(deps, proposal('open web'))).toMatchObject({
      status: 'ERROR',
      error: { code: 'temporal_unavailable' },
      steps: [{ status: 'SKIPPED' }],
    });
    const waits = await proposePlan(deps, proposal('stop web'));
    expect(waits.status).toBe('WAITING');
    const round = createPlanRound(deps);
    fixture.now += 5000;
    await expect(round()).rejects.toThrow('away');
    fixture.away = false;
    await round();
    await round();
    expect(fixture.started).toEqual([waits.plan_id]);
  });
});

describe('a round', () => {
  test('starts plans that a crash left without a run, unless they are too old', async () => {
    const { plan } = await propose(deps, proposal('open web'));
    const young = { ...plan, plan_id: 'plan-00000000000000aa' };
    const old = {
      ...plan,
      plan_id: 'plan-00000000000000bb',
      created_at: new Date(fixture.now - 61_000).toISOString(),
    };
    fixture.started.length = 0;
    for (const each of [young, old]) await store.plans.insert(each, null, []);
    const round = createPlanRound(deps);
    await round();
    expect([fixture.started, (await store.plans.find(old.plan_id))?.status]).toEqual([[], 'ERROR']);
    fixture.now += 4000;
    await round();
    expect(fixture.started).toEqual([young.plan_id]);
  });

  test('ends plans whose run Temporal has lost', async () => {
    const waits = await proposePlan(deps, proposal('stop web'));
    fixture.lost = true;
    const round = createPlanRound(deps);
    await round();
    expect((await store.plans.find(waits.plan_id))?.status).toBe('WAITING');
    fixture.now += 31_000;
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
  test('of an unknown host is a plan with an error', async () => {
    const { plan } = await call('web', 'start', 'mars');
    expect(plan).toMatchObject({ status: 'ERROR', error: { code: 'service_not_allowed' } });
    expect(plan.error!.detail).toContain('mars is not a known host');
  });
  test.each([
    ['web', 'dance', 'unknown_action'],
    ['mystery', 'stop', 'service_not_allowed'],
  ])('of %s: %s is refused, and logged like any request', async (target, action, code) => {
    const { intent_id, plan } = await call(target, action);
    expect(plan).toMatchObject({ status: 'ERROR', error: { code }, steps: [], intent_id });
    expect(await store.plans.find(plan.plan_id)).toEqual(plan);
    expect(await store.intents.find(intent_id)).toMatchObject({ payload: { target, action } });
    expect(fixture.started).toEqual([]);
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
  test('of a name that is also a service means the service', async () => {
    const services = [aService('web'), aService('audio')];
    await store.services.saveCatalog({ ...catalog(services) }, []);
    const { plan } = await call('audio', 'open');
    expect(plan.steps).toMatchObject([{ params: { services: ['audio'] } }]);
  });
  test.each([
    ['system', 'stop', /possible: status, healthcheck, close\./],
    ['web', 'dance', /possible: open, close, extend/],
    ['mystery', 'stop', /possible: web, db, system, storage, audio\./],
  ])('of %s: %s says what is possible', async (target, action, detail) => {
    const { plan } = await call(target, action);
    expect(plan).toMatchObject({ status: 'ERROR', steps: [] });
    expect(plan.error!.detail).toMatch(detail);
  });
  test('of madre is HIGH, and waits', async () => {
    expect((await call('madre', 'stop')).plan).toMatchObject({ status: 'WAITING', risk: 'HIGH' });
  });
});
