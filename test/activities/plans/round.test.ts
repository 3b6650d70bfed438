import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPlanRound } from '../../../activities/plans/round.ts';
import { newId } from '../../../contracts/ids.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';
import { startPlans, type PlanFixture } from './fixture.ts';

let fixture: PlanFixture;
beforeEach(async () => void (fixture = await startPlans()));
afterEach(() => fixture.close());

const iso = (at: number): string => new Date(at).toISOString();
const plan = async (status: 'PENDING' | 'WAITING' | 'RUNNING', ageMs: number): Promise<string> => {
  const plan_id = newId('plan');
  const created_at = iso(fixture.now - ageMs);
  await fixture.store.plans.insert(aPlan({ plan_id, status, created_at, steps: [] }), null, []);
  return plan_id;
};

test('a plan that cannot be started does not prevent the start of others', async () => {
  const [bad, good] = [await plan('PENDING', 20_000), await plan('PENDING', 10_000)];
  const { deps } = fixture;
  const runs = deps.runs();
  const start = async (one: Parameters<typeof runs.start>[0]): Promise<void> => {
    if (one.plan_id === bad) throw new Error('Temporal refuses its id');
    await runs.start(one);
  };
  const round = createPlanRound({ ...deps, runs: () => ({ ...runs, start }) });
  await expect(round()).rejects.toThrow(`1 of 2 failed; ${bad}: Temporal refuses its id`);
  expect(fixture.started).toEqual([good]);
});

test('a plan whose run is gone ends, however many newer plans there are', async () => {
  const lost = await plan('WAITING', 900_000);
  await fixture.store.plans.started(lost);
  for (let nth = 0; nth < 120; nth += 1)
    await fixture.store.plans.started(await plan('WAITING', 800_000 - nth));
  const { deps } = fixture;
  const runs = { ...deps.runs(), runs: async (id: string) => id !== lost };
  const round = createPlanRound({ ...deps, runs: () => runs });
  for (let rounds = 0; rounds < 3; rounds += 1) {
    await round();
    fixture.now += 31_000;
  }
  expect(await fixture.store.plans.find(lost)).toMatchObject({
    status: 'REJECTED',
    error: { code: 'run_lost' },
  });
  expect((await fixture.store.plans.counts()).WAITING).toBe(120);
});

test('a failed lookup of one run does not prevent the end of another plan', async () => {
  const [bad, lost] = [await plan('RUNNING', 50_000), await plan('RUNNING', 60_000)];
  for (const id of [bad, lost]) await fixture.store.plans.started(id);
  const { deps } = fixture;
  const runs = async (id: string): Promise<boolean> => {
    if (id === bad) throw new Error('late');
    return false;
  };
  const round = createPlanRound({ ...deps, runs: () => ({ ...deps.runs(), runs }) });
  await expect(round()).rejects.toThrow('late');
  expect(await fixture.store.plans.find(lost)).toMatchObject({ status: 'ERROR' });
});
