import { expect } from 'vitest';
import type { PlanView } from '../../../contracts/plan.ts';
import { insist } from '../../stack/calls.ts';
import { figures } from '../../stack/figure.ts';
import { expectPromisesKept } from '../../stack/promises.ts';
import { freezeIn, type Moment } from './plan-moments.ts';
import { progressOf, type PlanFixture } from './plan-fixture.ts';
import { expectEnding, startsOf, type Ending } from './plan-invariants.ts';
import { troubles } from './fixture.ts';

const took: number[] = [];
const hits: string[] = [];

/** Prints how often madre was killed, at which moments, and how soon the plans ended afterwards. */
export function printKills(): void {
  if (took.length === 0) return;
  figures('a plan has ended after madre was killed in a given moment of it', took);
  console.log(`madre was killed in ${hits.length} moments:\n${hits.join('\n')}`);
}

/** Kills madre at a moment of the plan that `begin` starts, restarts it, and asserts the plan's end. */
export async function killedIn(
  fixture: PlanFixture,
  it: Moment,
  ending: Ending,
  begin: () => unknown,
  back: (planId: string) => unknown = () => undefined,
): Promise<PlanView> {
  const { madre, temporalProxy, engine, store } = fixture;
  const startsBefore = startsOf(fixture);
  try {
    await freezeIn(fixture, it, () => void Promise.resolve(begin()).catch(() => null));
    const { plan_id } = (await store.plans.list({ limit: 1 })).plans[0]!;
    await it.meanwhile?.(fixture, plan_id);
    expect(await progressOf(store, plan_id), 'its progress').toMatchObject(it.progress);
    await madre.kill();
    engine.inject(null);
    hits.push(expect.getState().currentTestName!);
    const from = performance.now();
    madre.start();
    await fixture.ready();
    await back(plan_id);
    const plan = await expectEnding(fixture, plan_id, ending, startsBefore);
    took.push(performance.now() - from);
    for (const { target, window_id } of await store.windows.live()) {
      if (target !== 'spawner') await insist(fixture, '/vx11/window/close', { window_id });
    }
    await expectPromisesKept(fixture);
    return plan;
  } catch (error) {
    const name = expect.getState().currentTestName!;
    const replay = `npm run test:faults -- test/faults/plan-steps.test.ts -t "${name}"`;
    const why = error instanceof Error ? error.message : String(error);
    const logs = [madre, fixture.spawner].map((one) => troubles(one.log()));
    throw new Error(`${replay}: ${why}\n${logs.join('\n')}`, { cause: error });
  } finally {
    temporalProxy.forget();
    engine.inject(null);
    if (madre.running()) madre.signal('SIGCONT');
    else madre.start();
  }
}
