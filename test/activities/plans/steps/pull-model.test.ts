import { afterEach, beforeEach, expect, test } from 'vitest';
import { discoverForPlan } from '../../../../activities/plans/steps/discover.ts';
import { undoPull } from '../../../../activities/plans/steps/pull-model.ts';
import { callRole } from '../../../../activities/plans/steps/role-call.ts';
import type { ModelPull } from '../../../../contracts/models.ts';
import { endedPull, pullAt, type PullEnd } from '../../../../domain/models/pull.ts';
import { makePlan } from '../../../../domain/plans/make-plan.ts';
import { aPlan, aRequest, aStep, aWorld } from '../../../domain/plans/plan-samples.ts';
import { aService } from '../../../domain/samples.ts';
import { catalog, view } from '../../../gateway/fixture.ts';
import { startPlans, type PlanFixture } from '../fixture.ts';

const host = 'box';
const { steps: _, ...plan } = aPlan({ plan_id: 'plan-00000000000000aa', actor: 'ana' });
let plans: PlanFixture;
let started: ModelPull[];
let cancelled: string[];
let end: PullEnd;
let shown: Record<string, unknown>[];
beforeEach(async () => {
  plans = await startPlans();
  [started, cancelled, shown] = [[], [], []];
  end = { ok: true, model_id: 'model-0000000a', bytes: 10 };
  await plans.store.services.saveCatalog(catalog([aService('hermes')]), []);
  await plans.store.windows.save(view({ host, services: ['hermes'], members: ['hermes'] }), []);
});
afterEach(() => plans.close());

const pulls = () => plans.store.models.pulls;
/** A pull that is seen in mid-download before it ends. */
const models = {
  search: async () => expect.fail('nothing is searched for'),
  async startPull(pull: ModelPull) {
    started.push(pull);
    await pulls().change(pull.job_id, (now) => ({
      view: pullAt(now, { status: 'downloading', bytes: 4, total_bytes: 10 }, plans.now),
      events: [],
    }));
  },
  async cancelPull(id: string) {
    cancelled.push(id);
    return true;
  },
};
const deps = () => ({ store: plans.store, clock: plans.deps.clock, models: () => models });
const finish = () =>
  pulls().change(started[0]!.job_id, (now) => ({
    view: endedPull(now, end, plans.now),
    events: [],
  }));
const call = (text: string) => {
  const runs = () => expect.fail('nothing is scanned');
  const roles = { hermes: discoverForPlan({ ...deps(), runs }) };
  const step = aStep({ type: 'CALL_HERMES', params: { action: 'pull', text } }) as never;
  const { signal } = new AbortController();
  return callRole({ ...plans.deps, roles }, plan, step, signal, async (result) => {
    shown.push(result);
    await finish();
  });
};

test('a step pulls a model in the name of who asked, shows how far it is, and ends with the pull', async () => {
  expect(await call('ana/tiny tiny.gguf')).toMatchObject({
    status: 'DONE',
    result: { host, model: 'ana/tiny', status: 'ready', model_id: 'model-0000000a', bytes: 10 },
  });
  expect(started).toMatchObject([
    { owner: 'ana', host, model: 'ana/tiny', file: 'tiny.gguf', source: 'hub' },
  ]);
  expect(shown).toMatchObject([{ status: 'downloading', bytes: 4, total_bytes: 10 }]);
});

test('a pull that fails is an error with its cause and what to do', async () => {
  end = { ok: false, cause: 'disk_full', detail: 'make room' };
  expect(await call('ollama smollm2:135m')).toMatchObject({
    status: 'ERROR',
    error: { code: 'disk_full', detail: 'make room' },
  });
  expect(started).toMatchObject([{ source: 'ollama', model: 'smollm2:135m' }]);
});

test('a text that names no model starts nothing, and says what to write', async () => {
  expect(await call('everything you can find')).toMatchObject({
    status: 'ERROR',
    error: { code: 'invalid', detail: expect.stringContaining('OWNER/NAME') as string },
  });
  expect(started).toEqual([]);
});

test('a plan that is cancelled ends its pull, and leaves one that somebody else asked for', async () => {
  const undo = () => undoPull(deps())(plan, { action: 'pull', text: 'ana/tiny', step_id: 's1' });
  expect(await undo()).toMatchObject({ status: 'DONE' });
  const aborted = new AbortController();
  const role = discoverForPlan({ ...deps(), runs: () => expect.fail() });
  const running = role(
    plan,
    {
      action: 'pull',
      text: 'ana/tiny',
      step_id: 's1',
      progress: async () => aborted.abort(new Error('cancelled')),
    },
    aborted.signal,
  );
  await expect(running).rejects.toThrow('cancelled');
  expect(await undo()).toMatchObject({ status: 'UNDONE', result: { job_id: started[0]!.job_id } });
  expect(cancelled).toEqual([started[0]!.job_id]);
  const other = { ...plan, actor: 'bob' };
  const step = { action: 'pull', text: 'ana/tiny', step_id: 's1' };
  expect(await undoPull(deps())(other, step)).toMatchObject({ status: 'DONE' });
  expect(cancelled).toHaveLength(1);
});

test('a person has to confirm it, in whatever language it is said', () => {
  for (const text of ['download the model ana/tiny', 'descarga el modelo ana/tiny']) {
    const made = makePlan(aRequest(text), aWorld());
    if (!made.ok) expect.fail(made.error.detail);
    expect([made.risk.level, made.reads]).toEqual(['MED', false]);
    const step = made.steps.find(({ type }) => type === 'CALL_HERMES')!;
    expect(step).toMatchObject({ params: { action: 'pull', text: 'ana/tiny' }, risk: 'MED' });
    expect(step.undo).not.toBeNull();
    expect(step.effect).toContain('ana/tiny');
  }
});
