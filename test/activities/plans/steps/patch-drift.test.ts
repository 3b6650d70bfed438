import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyChange } from '../../../../activities/patches/change/apply-change.ts';
import type { PatchDeps } from '../../../../activities/patches/deps.ts';
import { revertPatch } from '../../../../activities/plans/revert-patch.ts';
import { proposeChange } from '../../../../activities/plans/propose-patch.ts';
import { patchStep } from '../../../../activities/plans/steps/apply-patch.ts';
import {
  manifestatorForPlan,
  type MakePatch,
} from '../../../../activities/plans/steps/patch-drift.ts';
import { newId } from '../../../../contracts/ids.ts';
import type { PatchView } from '../../../../contracts/patch.ts';
import type { PlanStep } from '../../../../contracts/plan.ts';
import { createdExample } from '../../../../gateway/drift/patch-examples.ts';
import {
  after,
  before,
  changeFixture,
  image,
  otherImage,
  patch_id,
  propose,
  type ChangeFixture,
} from '../../patches/change-fixture.ts';
import { aPlan } from '../../../domain/plans/plan-samples.ts';
import { aService } from '../../../domain/samples.ts';
import { catalog } from '../../../gateway/fixture.ts';
import { startPlans, type PlanFixture } from '../fixture.ts';

let plans: PlanFixture;
let asked: Parameters<MakePatch>[0][];
beforeEach(async () => {
  plans = await startPlans();
  asked = [];
  await plans.store.services.saveCatalog(catalog([aService('web')]), []);
  await propose(plans.store, { plan_id: null });
});
afterEach(() => plans.close());

const caller = {
  actor: 'ana',
  scope: 'operator',
  correlation_id: 'c-1',
  source: 'repair',
} as const;
const folder = (path: string) => ({
  ...plans.deps,
  patches: { host: 'box', folder: () => path, host_acts: null } as never,
});

describe('the plan of a patch', () => {
  test('waits for a person, and is bound to the hash of the patch', async () => {
    const answer = await proposeChange(folder(tmpdir()), patch_id, caller);
    expect(answer).toMatchObject({ status: 'waiting', plan_status: 'WAITING' });
    const plan = (await plans.store.plans.find(answer.plan_id!))!;
    const patch = (await plans.store.patches.find(patch_id))!;
    expect(plan).toMatchObject({
      risk: 'MED',
      steps: [{ type: 'APPLY_PATCH', params: { patch_hash: patch.change!.patch_hash } }],
    });
    const { patch_hash: _, ...params } = plan.steps[0]!.params as Record<string, unknown>;
    for (const other of [params, { ...params, patch_hash: 'b'.repeat(64) }]) {
      const step = { ...plan.steps[0], params: other } as Extract<
        PlanStep,
        { type: 'APPLY_PATCH' }
      >;
      const end = await patchStep(folder(tmpdir()), plan, step, AbortSignal.timeout(1000));
      expect(end.error).toMatchObject({ code: 'plan_changed' });
    }
  });

  test('is made once, however often it is asked for', async () => {
    const { plan_id } = await proposeChange(folder(tmpdir()), patch_id, caller);
    const again = await proposeChange(folder(tmpdir()), patch_id, caller);
    expect(again).toMatchObject({ status: 'waiting', plan_id });
    expect(again.confirm_token).toBeUndefined();
  });

  test('is not made where the folder cannot be written: the patch is answered as text', async () => {
    const answer = await proposeChange(folder('/nowhere'), patch_id, caller);
    expect(answer).toMatchObject({ status: 'stack_read_only', plan_id: null });
    expect(answer.diff).toContain('mem_limit: 32m');
    expect(answer.detail).toContain('git apply');
  });
});

test('a patch that was kept is taken back by a plan of its inverse', async () => {
  const kept = (view: PatchView) => ({ view: { ...view, status: 'kept' as const }, events: [] });
  await plans.store.patches.change(patch_id, kept);
  const { plan } = await revertPatch(folder(tmpdir()), { ...caller, patch_id });
  const { params, effect } = plan.steps[0] as Extract<PlanStep, { type: 'APPLY_PATCH' }>;
  expect(effect).toContain('compose.yaml: as it was before; docker update web: NanoCpus 2 → 1');
  const inverse = (await plans.store.patches.find(params.patch_id))!;
  expect(inverse).toMatchObject({
    reverts: patch_id,
    change: {
      operations: [{ op: 'update_limits', expect: { NanoCpus: 2 }, limits: { NanoCpus: 1 } }],
    },
  });
});

describe('a patch that was kept, and made web from an image that its tag named by then', () => {
  let fixture: ChangeFixture;
  let patches: PatchDeps;
  beforeEach(async () => {
    fixture = await changeFixture();
    patches = { ...fixture.deps, store: plans.store };
    fixture.host.tag = otherImage;
    await apply(patch_id);
    await plans.store.patches.change(patch_id, (view) => ({
      view: { ...view, status: 'kept' },
      events: [],
    }));
  });
  afterEach(() => fixture.close());
  const apply = (id: string) => applyChange(patches, id, caller, AbortSignal.timeout(60_000));
  const revert = () => revertPatch({ ...plans.deps, patches }, { ...caller, patch_id });

  test('is taken back to the earlier image, by a plan that says so', async () => {
    expect(fixture.host.image).toBe(otherImage);
    const { plan } = await revert();
    const { params, effect } = plan.steps[0] as Extract<PlanStep, { type: 'APPLY_PATCH' }>;
    expect(plan.risk).toBe('HIGH');
    expect(effect).toContain(`web: the earlier image, ${'1'.repeat(12)}`);
    expect(await apply(params.patch_id)).toEqual({ status: 'applied', detail: null });
    const { host } = fixture;
    expect([host.image, host.tag, host.made]).toEqual([image, image, before]);
  });

  test('stays as it is, with its image and its tag, if that does not hold', async () => {
    const { plan } = await revert();
    const { params } = plan.steps[0] as Extract<PlanStep, { type: 'APPLY_PATCH' }>;
    const { host } = fixture;
    host.troubleBack = 'web became unhealthy';
    expect(await apply(params.patch_id)).toEqual({
      status: 'rolled_back',
      detail: 'web became unhealthy',
    });
    expect([host.image, host.tag, host.made]).toEqual([otherImage, otherImage, after]);
  });

  test('cannot be taken back if that image is gone, and says so before anybody is asked', async () => {
    fixture.host.images.delete(image);
    await expect(revert()).rejects.toMatchObject({
      code: 'patch_not_applied',
      message: expect.stringContaining(image),
    });
  });
});

describe('CALL_MANIFESTATOR', () => {
  const run = (action: string, text: string, change: Parameters<typeof aPlan>[0] = {}) =>
    manifestatorForPlan({
      plans: () => folder(tmpdir()),
      async make(call) {
        asked.push(call);
        return { ...createdExample, status: 'generated', patch_id };
      },
      others: async () => ({ status: 'DONE', result: { others: true }, error: null }),
    })(
      aPlan({ plan_id: 'plan-00000000000000ab', ...change }),
      { action, text, step_id: 's1' },
      AbortSignal.timeout(1000),
    );

  test.each([
    ['patch', 'restore'],
    ['restore', 'restore'],
    ['adopt', 'adopt'],
  ])(
    'with %s makes a patch of the named service, and its plan waits',
    async (action, direction) => {
      const end = await run(action, `${action} web, please`);
      expect(asked).toMatchObject([{ module_name: 'web', direction }]);
      expect(end).toMatchObject({ status: 'DONE', result: { patch_id, status: 'waiting' } });
    },
  );

  describe('of an agent’s plan', () => {
    const ofAgent = { source: 'mcp' as const, via: { tool: 'vx11_ask', client: 'a test' } };
    const { plan_id } = aPlan({ plan_id: 'plan-00000000000000ab' });
    const asAgent = async () => {
      const plan = aPlan({ plan_id, ...ofAgent, status: 'RUNNING' });
      await plans.store.plans.insert(plan, null, [], 'token-agent');
      return run('patch', 'web: patch web', ofAgent);
    };

    test('makes a plan that is the agent’s too, and that its own token does not confirm', async () => {
      const { result } = await asAgent();
      const made = (await plans.store.plans.find(String(result!['plan_id'])))!;
      expect(made).toMatchObject({
        status: 'WAITING',
        ...ofAgent,
        confirmation: { no_self_approval: true },
      });
      expect((await plans.store.plans.people(made.plan_id))?.actor.principal).toBe('token-agent');
      expect(await plans.store.plans.confirmHash(made.plan_id)).toBeNull();
    });

    test('is one of the five that may wait, and says so', async () => {
      for (let n = 0; n < 5; n += 1) {
        const plan = aPlan({ plan_id: newId('plan'), source: 'mcp', status: 'WAITING' });
        const ask = { content_hash: `${n}`.repeat(64), now: Date.now() };
        expect(await plans.store.plans.insert(plan, null, [], 'token-agent', ask)).toBeNull();
      }
      const { error } = await asAgent();
      expect(error).toMatchObject({
        code: 'patch_refused',
        detail: expect.stringContaining('5 plans of this token wait'),
      });
    });
  });

  test('patches the service that its text names first', async () => {
    await plans.store.services.saveCatalog(catalog([aService('db'), aService('web')]), []);
    await run('patch', 'web: patch web because db needs it');
    expect(asked).toMatchObject([{ module_name: 'web' }]);
  });

  test('with the id of a patch makes its plan', async () => {
    expect(await run('patch', `apply ${patch_id}`)).toMatchObject({
      result: { status: 'waiting' },
    });
    expect(asked).toEqual([]);
  });

  test('that names neither is refused, and every other action goes on', async () => {
    expect(await run('patch', 'everything')).toMatchObject({ error: { code: 'invalid' } });
    expect(await run('audit', '')).toMatchObject({ result: { others: true } });
  });
});
