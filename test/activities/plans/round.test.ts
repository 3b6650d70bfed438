import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPlanRound } from '../../../activities/plans/round.ts';
import { newId } from '../../../contracts/ids.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';
import { startPlans, type PlanStage } from './stage.ts';

let stage: PlanStage;
beforeEach(async () => void (stage = await startPlans()));
afterEach(() => stage.close());

const iso = (at: number): string => new Date(at).toISOString();
const plan = async (status: 'PENDING' | 'WAITING' | 'RUNNING', ageMs: number): Promise<string> => {
  const plan_id = newId('plan');
  const created_at = iso(stage.now - ageMs);
  await stage.store.plans.insert(aPlan({ plan_id, status, created_at, steps: [] }), null, []);
  return plan_id;
};

test('a plan that cannot be started does not keep the others from their start', async () => {
  const [bad, good] = [await plan('PENDING', 20_000), await plan('PENDING', 10_000)];
  const { deps } = stage;
  const runs = deps.runs();
  const start = async (one: Parameters<typeof runs.start>[0]): Promise<void> => {
    if (one.plan_id === bad) throw new Error('Temporal refuses its id');
    await runs.start(one);
  };
  const round = createPlanRound({ ...deps, runs: () => ({ ...runs, start }) });
  await expect(round()).rejects.toThrow(`1 of 2 failed; ${bad}: Temporal refuses its id`);
  expect(stage.started).toEqual([good]);
});

test('a plan whose run is gone ends, however many newer ones there are', async () => {
  const lost = await plan('WAITING', 900_000);
  await stage.store.plans.started(lost);
  for (let nth = 0; nth < 120; nth += 1)
    await stage.store.plans.started(await plan('WAITING', 800_000 - nth));
  const { deps } = stage;
  const runs = { ...deps.runs(), runs: async (id: string) => id !== lost };
  const round = createPlanRound({ ...deps, runs: () => runs });
  for (let rounds = 0; rounds < 3; rounds += 1) {
    await round();
    stage.now += 31_000;
  }
  expect(await stage.store.plans.find(lost)).toMatchObject({
    status: 'REJECTED',
    error: { code: 'run_lost' },
  });
  expect((await stage.store.plans.counts()).WAITING).toBe(120);
});

test('a run that Temporal cannot tell about does not keep another one from its end', async () => {
  const [bad, lost] = [await plan('RUNNING', 50_000), await plan('RUNNING', 60_000)];
  for (const id of [bad, lost]) await stage.store.plans.started(id);
  const { deps } = stage;
  const runs = async (id: string): Promise<boolean> => {
    if (id === bad) throw new Error('late');
    return false;
  };
  const round = createPlanRound({ ...deps, runs: () => ({ ...deps.runs(), runs }) });
  await expect(round()).rejects.toThrow('late');
  expect(await stage.store.plans.find(lost)).toMatchObject({ status: 'ERROR' });
});
