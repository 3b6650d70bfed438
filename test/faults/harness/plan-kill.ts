import { expect } from 'vitest';
import type { PlanView } from '../../../contracts/plan.ts';
import { insist } from '../../stack/calls.ts';
import { figures } from '../../stack/figure.ts';
import { keepsPromises } from '../../stack/promises.ts';
import { freezeIn, type Moment } from './plan-moments.ts';
import { sightOf, type PlanStage } from './plan-fixture.ts';
import { endsTruly, startsOf, type Ending } from './plan-invariants.ts';
import { troubles } from './fixture.ts';

const took: number[] = [];
const hits: string[] = [];

/** Prints how often madre was killed, in which moments, and how soon their plans had ended. */
export function tellKills(): void {
  if (took.length === 0) return;
  figures('a plan has ended after madre was killed in a given moment of it', took);
  console.log(`madre was killed in ${hits.length} moments:\n${hits.join('\n')}`);
}

/** Kills madre in a moment of what `begin` sets going, starts her again, and asserts the end. */
export async function killedIn(
  stage: PlanStage,
  it: Moment,
  ending: Ending,
  begin: () => unknown,
  back: (planId: string) => unknown = () => undefined,
): Promise<PlanView> {
  const { madre, wire, engine, store } = stage;
  const startsBefore = startsOf(stage);
  try {
    await freezeIn(stage, it, () => void Promise.resolve(begin()).catch(() => null));
    const { plan_id } = (await store.plans.list({ limit: 1 })).plans[0]!;
    await it.meanwhile?.(stage, plan_id);
    expect(await sightOf(store, plan_id), 'how far it is').toMatchObject(it.sees);
    await madre.kill();
    engine.inject(null);
    hits.push(expect.getState().currentTestName!);
    const from = performance.now();
    madre.start();
    await stage.ready();
    await back(plan_id);
    const plan = await endsTruly(stage, plan_id, ending, startsBefore);
    took.push(performance.now() - from);
    for (const { target, window_id } of await store.windows.live()) {
      if (target !== 'spawner') await insist(stage, '/vx11/window/close', { window_id });
    }
    await keepsPromises(stage);
    return plan;
  } catch (error) {
    const name = expect.getState().currentTestName!;
    const replay = `npm run test:faults -- test/faults/plan-steps.test.ts -t "${name}"`;
    const why = error instanceof Error ? error.message : String(error);
    const logs = [madre, stage.spawner].map((one) => troubles(one.log()));
    throw new Error(`${replay}: ${why}\n${logs.join('\n')}`, { cause: error });
  } finally {
    wire.forget();
    engine.inject(null);
    if (madre.running()) madre.signal('SIGCONT');
    else madre.start();
  }
}
