import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noLlm } from '../../../activities/providers/language-models.ts';
import { createRepairActivities } from '../../../activities/repair/create-activities.ts';
import type { RepairDeps, Trials } from '../../../activities/repair/deps.ts';
import { candidateExample, repairExample } from '../../../gateway/repair/examples.ts';
import { aRun } from '../checks/a-run.ts';
import { startPlans, type PlanFixture } from '../plans/fixture.ts';

let plans: PlanFixture;
let folder: string;
let trials: Trials;
/** How many copies were begun. */
let begun: number;
const { repair_id } = repairExample;
const run_id = 'run-00000000000000aa';

/** A copy that hangs until it is given up. */
const endless = (signal: AbortSignal): Promise<never> => {
  begun += 1;
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
};

beforeEach(async () => {
  plans = await startPlans();
  folder = mkdtempSync(join(tmpdir(), 'vx11-in-time-'));
  begun = 0;
  trials = {
    reproduce: (_repair, _red, signal) => endless(signal),
    tryCandidate: (_repair, _red, _files, _limits, signal) => endless(signal),
    forget: () => undefined,
  };
  const { checks, repairs } = plans.store;
  await checks.create(aRun({ run_id }), [], null);
  const live = { status: 'queued', finished_at: null } as const;
  await repairs.create({ ...repairExample, run_id, ...live }, [], null);
  const candidate = { ...candidateExample, verdict: 'untried' } as const;
  await repairs.plan(repair_id, [{ candidate, files: [] }]);
});
afterEach(async () => {
  await plans.close();
  rmSync(folder, { recursive: true });
});

function activities() {
  const catalog = { current: async () => ({}), settings: () => ({}) };
  const { store } = plans;
  const log = pino({ level: 'silent' });
  const power = { store, clock: () => plans.now, log, catalog } as unknown as RepairDeps['power'];
  const metrics = { ended: () => undefined, tried: () => undefined };
  const runs = () => Promise.reject(new Error('not here')) as never;
  const { deps } = plans;
  return createRepairActivities({
    power,
    trials,
    runs,
    plans: deps,
    llm: noLlm,
    folder,
    metrics,
  });
}
const tryWithin = (ms: number | null, environment = new MockActivityEnvironment()) =>
  environment.run(activities().tryCandidate, {
    repair_id,
    cycle: 1,
    nth: 1,
    ...(ms !== null && { until: plans.now + ms }),
  });

test('the end of the time ends a reproduction that is under way', async () => {
  const input = { repair_id, cycle: 1, until: plans.now + 50 };
  expect(await new MockActivityEnvironment().run(activities().analyse, input)).toMatchObject({
    candidates: 0,
    end: { status: 'gave_up', cause: 'minutes' },
  });
  expect(begun).toBe(1);
});

test('it ends a trial that is under way, and no trial begins after it', async () => {
  expect(await tryWithin(50)).toBe('untried');
  expect(await tryWithin(0)).toBe('untried');
  expect(begun).toBe(1);
  const [candidate] = await plans.store.repairs.candidates(repair_id);
  expect(candidate).toMatchObject({ verdict: 'untried' });
  expect(candidate!.why).toContain('the time of the policy');
});

test('it hides no other failure', async () => {
  trials.tryCandidate = () => Promise.reject(new Error('the Engine is away'));
  await expect(tryWithin(60_000)).rejects.toThrow('the Engine is away');
});

test.each([60_000, null])('a cancelled trial stays a cancelled one (%s ms left)', async (left) => {
  const environment = new MockActivityEnvironment();
  const trial = tryWithin(left, environment);
  await expect.poll(() => begun).toBe(1);
  environment.cancel();
  await expect(trial).rejects.toThrow(/cancel/i);
});
