import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { proposePlan } from '../../../activities/plans/propose.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { newId } from '../../../contracts/ids.ts';
import { iso } from '../../domain/samples.ts';
import { view } from '../../gateway/fixture.ts';
import { startFixture, type AutonomyFixture } from './fixture.ts';
import { noChecks, noRepairs } from '../plans/no-checks.ts';

let fixture: AutonomyFixture;
afterEach(() => fixture.close());

/** The loop with the real planner, while Temporal is unavailable. */
async function start(): Promise<void> {
  fixture = await startFixture({
    propose: (proposal) =>
      proposePlan(
        {
          store: fixture.store,
          clock: fixture.now,
          log: pino({ level: 'silent' }),
          runs: () => {
            throw new VX11Error('temporal_unavailable', 'away');
          },
          spawner: null,
          checks: noChecks,
          repairs: noRepairs,
          patches: null,
          roles: {},
        },
        { source: 'autonomous', ...proposal },
      ),
  });
}

test('a restart of an unhealthy service in another owner’s window waits for a person, and is proposed once', async () => {
  await start();
  const window_id = newId('window');
  const until = fixture.now() + 600_000;
  const mine = { window_id, owner: 'ada', host: 'box', expires_at: iso(until) };
  await fixture.store.windows.request(view(mine), []);
  const lease = { window_id, host: 'box', service: 'web', deadline: until, is_open: true };
  await fixture.store.leases.reserve(window_id, [lease], fixture.now());
  await fixture.see('web', { state: 'unhealthy' });
  await fixture.round();
  fixture.pass(61_000);
  const { decision_id, plan_id, plan_status } = (await fixture.round())!;
  expect(plan_status).toBe('WAITING');
  expect(await fixture.store.plans.find(plan_id!)).toMatchObject({
    source: 'autonomous',
    actor: 'autonomy',
    risk: 'MED',
    steps: [{ type: 'RESTART_SERVICE', params: { window_id, host: 'box', service: 'web' } }],
  });
  for (let n = 0; n < 5; n += 1) {
    fixture.pass(60_000);
    await fixture.round();
  }
  expect((await fixture.store.plans.list({ limit: 10 })).plans).toHaveLength(1);
  const [last] = await fixture.store.autonomy.list(1);
  expect(last!.alternatives[0]!.not_now).toContain('waits for confirmation');
  expect(await fixture.store.autonomy.find(decision_id)).toMatchObject({ effect: null });
});

test('a round that was interrupted after it proposed finds its plan on the retry', async () => {
  await start();
  await fixture.intent('db', 'db_sanity');
  const round = await fixture.changed();
  const input = { round, choice: round.verdict.choice, by: 'rules', reasoning: null } as const;
  const first = await fixture.activities.carryOut(input);
  const again = await fixture.activities.carryOut(input);
  expect(again.plan_id).toBe(first.plan_id);
  expect((await fixture.store.plans.list({ limit: 10 })).plans).toHaveLength(1);
});

test('a slow attempt and its retry that run at the same time propose one plan', async () => {
  await start();
  await fixture.intent('db', 'db_sanity');
  const round = await fixture.changed();
  const input = { round, choice: round.verdict.choice, by: 'rules', reasoning: null } as const;
  await Promise.allSettled([
    fixture.activities.carryOut(input),
    fixture.activities.carryOut(input),
  ]);
  const { plan_id } = await fixture.activities.carryOut(input);
  const { plans } = await fixture.store.plans.list({ limit: 10 });
  expect(plans.map((plan) => plan.plan_id)).toEqual([plan_id]);
});

test('a plan that its decision does not record yet is found by the next round', async () => {
  await start();
  await fixture.intent('db', 'db_sanity');
  const { decision_id, plan_id } = (await fixture.round())!;
  await fixture.store.autonomy.update(decision_id, { plan_id: null, plan_status: null });
  await fixture.round();
  expect(await fixture.store.autonomy.find(decision_id)).toMatchObject({
    plan_id,
    plan_status: 'DONE',
    effect: 'helped',
  });
});

test('intents of a deleted lane wait until the lane exists again', async () => {
  await start();
  await fixture.intent('structure', 'fs_drift');
  const by = { actor: 'ada', now: fixture.now(), correlation_id: 'c' };
  await fixture.store.rails.deleteLane('fs_drift', by);
  expect(await fixture.round()).toMatchObject({ plan_id: null });
  const lane = { domain: 'structure', intent_type: 'fs_drift', escalation: 'propose' } as const;
  const rest = {
    constraints: {},
    invariants: [],
    updated_at: iso(fixture.now()),
    updated_by: 'ada',
  };
  const put = { lane_id: 'drift', owner_module: 'madre', ...lane, ...rest };
  await fixture.store.rails.putLane(put, []);
  await fixture.round();
  const [last] = await fixture.store.autonomy.list(1);
  expect(last).toMatchObject({ key: 'lane:drift', action: 'scan' });
});

test('a window opened by a token named autonomy is not the loop’s own', async () => {
  await start();
  const until = fixture.now() + 600_000;
  const window_id = newId('window');
  const theirs = { window_id, owner: 'autonomy', host: 'box', expires_at: iso(until) };
  await fixture.store.windows.request(view(theirs), []);
  const lease = { window_id, host: 'box', service: 'web', deadline: until, is_open: true };
  await fixture.store.leases.reserve(window_id, [lease], fixture.now());
  await fixture.see('web', { state: 'unhealthy' });
  await fixture.round();
  fixture.pass(61_000);
  const { decision_id } = (await fixture.round())!;
  const { observation } = (await fixture.store.autonomy.find(decision_id))!;
  expect(observation.windows).toMatchObject([{ window_id, owner: 'token autonomy' }]);
});
