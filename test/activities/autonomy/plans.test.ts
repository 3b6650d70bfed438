import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { proposePlan } from '../../../activities/plans/propose.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { newId } from '../../../contracts/ids.ts';
import { iso } from '../../domain/samples.ts';
import { view } from '../../gateway/fixture.ts';
import { startStage, type AutonomyStage } from './stage.ts';

let stage: AutonomyStage;
afterEach(() => stage.close());

/** The loop with the real planner, while Temporal is away. */
async function start(): Promise<void> {
  stage = await startStage({
    propose: (wish) =>
      proposePlan(
        {
          store: stage.store,
          clock: stage.now,
          log: pino({ level: 'silent' }),
          runs: () => {
            throw new VX11Error('temporal_unavailable', 'away');
          },
          spawner: null,
          roles: {},
        },
        { source: 'autonomous', ...wish },
      ),
  });
}

test('to restart an ill service in somebody’s window waits for a person, and is proposed once', async () => {
  await start();
  const window_id = newId('window');
  const until = stage.now() + 600_000;
  const mine = { window_id, owner: 'ada', host: 'box', expires_at: iso(until) };
  await stage.store.windows.request(view(mine), []);
  const lease = { window_id, host: 'box', service: 'web', deadline: until, is_open: true };
  await stage.store.leases.reserve(window_id, [lease], stage.now());
  await stage.see('web', { state: 'unhealthy' });
  await stage.round();
  stage.pass(61_000);
  const { decision_id, plan_id, plan_status } = (await stage.round())!;
  expect(plan_status).toBe('WAITING');
  expect(await stage.store.plans.find(plan_id!)).toMatchObject({
    source: 'autonomous',
    actor: 'autonomy',
    risk: 'MED',
    steps: [{ type: 'RESTART_SERVICE', params: { window_id, host: 'box', service: 'web' } }],
  });
  for (let n = 0; n < 5; n += 1) {
    stage.pass(60_000);
    await stage.round();
  }
  expect((await stage.store.plans.list({ limit: 10 })).plans).toHaveLength(1);
  const [last] = await stage.store.autonomy.list(1);
  expect(last!.alternatives[0]!.not_now).toContain('waits for confirmation');
  expect(await stage.store.autonomy.find(decision_id)).toMatchObject({ effect: null });
});

test('a round that broke off after it proposed finds its plan again', async () => {
  await start();
  await stage.intent('db', 'db_sanity');
  const round = await stage.changed();
  const input = { round, choice: round.verdict.choice, by: 'rules', reasoning: null } as const;
  const first = await stage.activities.carryOut(input);
  const again = await stage.activities.carryOut(input);
  expect(again.plan_id).toBe(first.plan_id);
  expect((await stage.store.plans.list({ limit: 10 })).plans).toHaveLength(1);
});

test('a slow try and the one that follows it, both at work, propose one plan', async () => {
  await start();
  await stage.intent('db', 'db_sanity');
  const round = await stage.changed();
  const input = { round, choice: round.verdict.choice, by: 'rules', reasoning: null } as const;
  await Promise.allSettled([stage.activities.carryOut(input), stage.activities.carryOut(input)]);
  const { plan_id } = await stage.activities.carryOut(input);
  const { plans } = await stage.store.plans.list({ limit: 10 });
  expect(plans.map((plan) => plan.plan_id)).toEqual([plan_id]);
});

test('a plan whose decision could not tell of it is found by the next round', async () => {
  await start();
  await stage.intent('db', 'db_sanity');
  const { decision_id, plan_id } = (await stage.round())!;
  await stage.store.autonomy.update(decision_id, { plan_id: null, plan_status: null });
  await stage.round();
  expect(await stage.store.autonomy.find(decision_id)).toMatchObject({
    plan_id,
    plan_status: 'DONE',
    effect: 'helped',
  });
});

test('a lane that was deleted holds its intents until there is one again', async () => {
  await start();
  await stage.intent('structure', 'fs_drift');
  const by = { actor: 'ada', now: stage.now(), correlation_id: 'c' };
  await stage.store.rails.deleteLane('fs_drift', by);
  expect(await stage.round()).toMatchObject({ plan_id: null });
  const lane = { domain: 'structure', intent_type: 'fs_drift', escalation: 'propose' } as const;
  const rest = { constraints: {}, invariants: [], updated_at: iso(stage.now()), updated_by: 'ada' };
  const put = { lane_id: 'drift', owner_module: 'madre', ...lane, ...rest };
  await stage.store.rails.putLane(put, []);
  await stage.round();
  const [last] = await stage.store.autonomy.list(1);
  expect(last).toMatchObject({ key: 'lane:drift', action: 'scan' });
});

test('a window of somebody whose token is called autonomy is not the loop’s own', async () => {
  await start();
  const until = stage.now() + 600_000;
  const window_id = newId('window');
  const theirs = { window_id, owner: 'autonomy', host: 'box', expires_at: iso(until) };
  await stage.store.windows.request(view(theirs), []);
  const lease = { window_id, host: 'box', service: 'web', deadline: until, is_open: true };
  await stage.store.leases.reserve(window_id, [lease], stage.now());
  await stage.see('web', { state: 'unhealthy' });
  await stage.round();
  stage.pass(61_000);
  const { decision_id } = (await stage.round())!;
  const { observation } = (await stage.store.autonomy.find(decision_id))!;
  expect(observation.windows).toMatchObject([{ window_id, owner: 'token autonomy' }]);
});
