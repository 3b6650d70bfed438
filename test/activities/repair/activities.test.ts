import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planned } from '../../../activities/checks/planned.ts';
import { createRepairActivities } from '../../../activities/repair/create-activities.ts';
import type { RepairDeps, Reproduction } from '../../../activities/repair/deps.ts';
import { noLlm, type Llm } from '../../../activities/providers/language-models.ts';
import { newId } from '../../../contracts/ids.ts';
import { settleSuite } from '../../../domain/checks/read-suites.ts';
import { repairExample } from '../../../gateway/repair/examples.ts';
import { startPlans, type PlanFixture } from '../plans/fixture.ts';
import { aRun } from '../checks/a-run.ts';
import { aPlan } from '../../domain/plans/plan-samples.ts';
import { aCapture, ended } from '../../domain/repair/a-capture.ts';

const compose = 'services:\n  web:\n    build: .\n    entrypoint: ["/app/run.sh"]\n';
const script = '#!/bin/sh\r\nexec sleep 1\r\n';
const log = 'exec /app/run.sh: no such file or directory';
const capture = (logs = [log]) =>
  aCapture({
    compose,
    files: { 'run.sh': { text: script, mode: 0o755 } },
    services: { web: { container: ended(127), logs } },
  });

let plans: PlanFixture;
let folder: string;
let policy: object;
let reproduced: Reproduction;
let verdict: 'proved' | 'weak';
let cancelled: string[];
let deps: RepairDeps;
const repair_id = 'repair-00000000000000aa';
const run_id = 'run-00000000000000aa';

beforeEach(async () => {
  plans = await startPlans();
  folder = mkdtempSync(join(tmpdir(), 'vx11-repair-'));
  writeFileSync(join(folder, 'compose.yaml'), compose);
  writeFileSync(join(folder, 'run.sh'), script);
  policy = {};
  reproduced = { kind: 'red', capture: capture() };
  verdict = 'proved';
  cancelled = [];
  const { store } = plans;
  deps = depsWith(noLlm);
  const service = { name: 'web', one_shot: false, has_healthcheck: false, implied: true };
  const [check] = planned([settleSuite([{ ...service, checks: undefined }], 1)]);
  await store.checks.create(aRun({ run_id, suite: 'web', services: ['web'] }), [], null);
  await store.checks.plan(run_id, [{ ...check!, status: 'failed' }]);
  await begin({});
});
afterEach(async () => {
  await plans.close();
  rmSync(folder, { recursive: true });
});

const begin = (change: Partial<typeof repairExample>) =>
  plans.store.repairs.create(
    {
      ...repairExample,
      repair_id,
      run_id,
      host: 'box',
      status: 'queued',
      plan_id: null,
      patch_id: null,
      ...change,
    },
    [],
    null,
  );

function depsWith(llm: Llm): RepairDeps {
  const power = {
    store: plans.store,
    clock: () => plans.now,
    host: 'box',
    log: pino({ level: 'silent' }),
    compose: { named: join(folder, 'compose.yaml') },
    catalog: {
      current: async () => ({}),
      settings: () => ({ repair: policy }),
    },
  } as unknown as RepairDeps['power'];
  return {
    power,
    trials: {
      reproduce: async () => reproduced,
      tryCandidate: async () => ({ verdict, why: null, changes: ['a → b'], seconds: 2 }),
      forget: () => undefined,
    },
    runs: () => ({
      startRepair: async () => undefined,
      cancelRepair: async () => true,
      repairRuns: async () => true,
      cancelPlan: async (id) => void cancelled.push(id),
    }),
    plans: plans.deps,
    llm,
    folder: join(folder, 'runs'),
    metrics: { ended: () => undefined, tried: () => undefined },
  };
}

const run = <I, O>(work: (input: I) => Promise<O>, input: I): Promise<O> =>
  new MockActivityEnvironment().run(work, input);
const analyse = () => run(createRepairActivities(deps).analyse, { repair_id, cycle: 1 });
const candidates = () => plans.store.repairs.candidates(repair_id);
const end = (status: 'error' | 'cancelled', by: string | null = null) =>
  run(createRepairActivities(deps).endRepair, {
    repair_id,
    end: { status, cause: 'x', detail: null, cancelled_by: by },
  });

describe('a repair cannot begin', () => {
  const resolve = () => run(createRepairActivities(deps).resolveRepair, { repair_id });
  test('where the policy is off, or wrong', async () => {
    policy = { mode: 'off' };
    expect((await resolve()).refused).toMatchObject({ status: 'refused_by_policy' });
    policy = { modes: 'off' };
    expect((await resolve()).refused).toMatchObject({ status: 'error', cause: 'policy_invalid' });
  });
  test('and the policy bounds its cycles', async () => {
    policy = { cycles: 2 };
    expect(await resolve()).toMatchObject({ cycles: 2, refused: null });
  });
});

describe('an analysis', () => {
  test.each(['flaky', 'not_reproduced'] as const)('of what is %s ends with it', async (kind) => {
    reproduced = { kind, detail: 'why' };
    expect(await analyse()).toMatchObject({ candidates: 0, end: { status: kind, detail: 'why' } });
  });
  test('stores what may mend it, with its diff and its facts', async () => {
    expect(await analyse()).toEqual({ candidates: 1, end: null });
    const [one] = await candidates();
    expect(one).toMatchObject({ cycle: 1, nth: 1, class: 'crlf_script', verdict: 'untried' });
    expect(one!.diff).toContain('+#!/bin/sh\n');
    expect(one!.facts.join()).toContain(log);
    const { findings } = (await plans.store.repairs.find(repair_id))!;
    expect(findings).toMatchObject([{ class: 'crlf_script', by: 'rule', todo: null }]);
    expect(findings![0]!.facts).toEqual(one!.facts);
    const [file] = (await plans.store.repairs.filesOf(repair_id, 1, 1))!;
    expect(file!.before!.text === script || file!.path === '.gitattributes').toBe(true);
  });
  test('tries no change twice', async () => {
    await analyse();
    const again = await run(createRepairActivities(deps).analyse, { repair_id, cycle: 2 });
    expect(again).toMatchObject({ candidates: 0, end: { status: 'no_candidate' } });
  });
  test('stores a change that leaves the policy as refused', async () => {
    policy = { protect: ['*.sh'] };
    expect(await analyse()).toMatchObject({ end: { status: 'refused_by_policy' } });
    expect(await candidates()).toMatchObject([{ verdict: 'refused' }]);
  });
  test('offers nothing for a file that changed meanwhile', async () => {
    writeFileSync(join(folder, 'run.sh'), 'something else\n');
    expect(await analyse()).toMatchObject({ candidates: 0 });
  });
  test('keeps no content of files in what it writes', async () => {
    await analyse();
    const { created_at } = repairExample;
    const at = created_at.replace(/[-:]/g, '').replace(/\.\d+Z$/, 'Z');
    const place = join(folder, 'runs', `${at}_AUTOFIX_CONDUCTOR_v1_00000000000000aa`);
    const text = readFileSync(join(place, 'failure_context.json'), 'utf8');
    expect(text).toContain('run.sh');
    expect(text).not.toContain('exec sleep 1');
    expect(existsSync(join(place, 'cycle_1/analysis.json'))).toBe(true);
  });
  test('asks a model only where no rule has a change to offer, and not beyond its budget', async () => {
    let asked = 0;
    const answer = JSON.stringify({ findings: [] });
    const llm: Llm = {
      provider: 'test',
      model: 'm',
      ask: (async () => {
        asked += 1;
        return {
          ok: true as const,
          value: answer,
          text: answer,
          reasoning: null,
          provider: 'test',
          model: 'm',
          tokens_in: 1,
          tokens_out: 1,
          cost_usd: 0.4,
          latency_ms: 1,
        };
      }) as Llm['ask'],
    };
    deps = depsWith(llm);
    await analyse();
    expect(asked).toBe(0);
    reproduced = { kind: 'red', capture: capture(['nothing that is known']) };
    const none = await run(createRepairActivities(deps).analyse, { repair_id, cycle: 2 });
    expect(none).toMatchObject({ end: { status: 'no_candidate' } });
    expect(asked).toBe(1);
    expect((await plans.store.repairs.find(repair_id))!.usd).toBe(0.4);
    policy = { usd: 0 };
    await run(createRepairActivities(deps).analyse, { repair_id, cycle: 3 });
    expect(asked).toBe(1);
  });
});

describe('a proved candidate', () => {
  const propose = async () => {
    await analyse();
    const input = { repair_id, cycle: 1, nth: 1 };
    const activities = createRepairActivities(deps);
    expect(await run(activities.tryCandidate, input)).toBe(verdict);
    return run(activities.propose, input);
  };
  test('becomes a plan that waits for a person, bound to its diff, and takes itself back', async () => {
    const made = await propose();
    expect(made).toHaveProperty('plan_id');
    const plan = (await plans.store.plans.find((made as { plan_id: string }).plan_id))!;
    expect(plan).toMatchObject({ status: 'WAITING', risk: 'MED', source: 'repair' });
    expect(plan.steps.map(({ type }) => type)).toEqual(['APPLY_PATCH', 'RUN_CHECKS']);
    const [one] = await candidates();
    expect(plan.steps[0]).toMatchObject({
      params: { diff_sha256: one!.diff_sha256 },
      undo: expect.stringContaining('as before') as string,
    });
    expect((await plans.store.repairs.find(repair_id))!.detail).toContain('vx11 plan confirm');
  });
  test('that madre’s loop looked for waits for a person, whatever the policy allows', async () => {
    policy = { mode: 'apply', auto: ['crlf_script'] };
    await plans.store.repairs.change(repair_id, (view) => ({
      view: { ...view, trigger: 'autonomy' },
      events: [],
    }));
    const made = (await propose()) as { plan_id: string };
    const plan = await plans.store.plans.find(made.plan_id);
    expect(plan).toMatchObject({ status: 'WAITING', risk: 'MED' });
  });
  test('of a class that the policy allows runs at once', async () => {
    policy = { mode: 'apply', auto: ['crlf_script'] };
    const made = (await propose()) as { plan_id: string };
    expect(await plans.store.plans.find(made.plan_id)).toMatchObject({
      status: 'PENDING',
      risk: 'LOW',
    });
  });
  test('of another class waits all the same', async () => {
    policy = { mode: 'apply', auto: ['exec_bit'] };
    const made = (await propose()) as { plan_id: string };
    expect(await plans.store.plans.find(made.plan_id)).toMatchObject({ status: 'WAITING' });
  });
  test('proposed twice is one plan', async () => {
    const first = await propose();
    const again = await run(createRepairActivities(deps).propose, { repair_id, cycle: 1, nth: 1 });
    expect(again).toEqual(first);
  });
});

describe('the end of a plan', () => {
  const plan_id = 'plan-00000000000000ab';
  const patchOf = async (status: 'rolled_back' | 'stale' | 'kept') => {
    const patch_id = newId('patch');
    const { patchExample } = await import('../../../gateway/repair/examples.ts');
    await plans.store.patches.create({ ...patchExample, patch_id, plan_id, status }, []);
    await plans.store.repairs.change(repair_id, (view) => ({
      view: { ...view, patch_id },
      events: [],
    }));
  };
  const awaited = async (change: Parameters<typeof aPlan>[0]) => {
    await plans.store.plans.insert(aPlan({ plan_id, ...change }), null, []);
    return run(createRepairActivities(deps).awaitPlan, { repair_id, cycle: 1, plan_id });
  };
  const failed = { status: 'ERROR', error: { code: 'checks_failed', detail: 'red' } } as const;
  const late = {
    status: 'REJECTED',
    error: { code: 'confirm_token_expired', detail: '' },
  } as const;

  test.each([
    ['done: repaired', { status: 'DONE' }, 'kept', 'repaired', false],
    ['failed and taken back: another cycle', failed, 'rolled_back', 'rolled_back', true],
    ['failed as stale: stale', failed, 'stale', 'stale', false],
    ['rejected: rejected', { status: 'REJECTED' }, 'kept', 'rejected', false],
    ['not confirmed in time: expired', late, 'kept', 'expired', false],
    ['cancelled: cancelled', { status: 'CANCELLED' }, 'rolled_back', 'cancelled', false],
  ] as const)('%s', async (_, plan, patch, status, again) => {
    await patchOf(patch);
    expect(await awaited(plan)).toMatchObject({ status, again });
  });

  test('a repair that is cancelled cancels its plan', async () => {
    await plans.store.plans.insert(aPlan({ plan_id, status: 'WAITING' }), null, []);
    await plans.store.repairs.change(repair_id, (view) => ({
      view: { ...view, plan_id },
      events: [],
    }));
    expect(await end('cancelled', 'bob')).toMatchObject({ status: 'cancelled', exit_code: 1 });
    expect(cancelled).toEqual([plan_id]);
  });
  test('an end is written once', async () => {
    await end('error');
    expect(await end('cancelled', 'bob')).toMatchObject({ status: 'error' });
    const events = await plans.store.events.after(0, 100);
    expect(events.filter(({ type }) => type === 'repair.finished')).toHaveLength(1);
  });
});
