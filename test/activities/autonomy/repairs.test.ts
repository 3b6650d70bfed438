import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckResult, CheckRunView, CheckStatus } from '../../../contracts/checks.ts';
import { newId } from '../../../contracts/ids.ts';
import { allowsRepairs } from '../../../domain/repair/policy.ts';
import { repairExample } from '../../../gateway/repair/examples.ts';
import { aRun } from '../checks/a-run.ts';
import { iso } from '../../domain/samples.ts';
import { startFixture, type AutonomyFixture } from './fixture.ts';

let fixture: AutonomyFixture;
let policy: unknown;
beforeEach(async () => {
  policy = {};
  fixture = await startFixture({ mayRepair: () => allowsRepairs(policy) });
});
afterEach(() => fixture.close());

/** Stores a run of the suite `orders` whose only check ended so. */
async function ran(status: CheckStatus, change: Partial<CheckRunView> = {}): Promise<string> {
  fixture.pass(60_000);
  const run_id = newId('run');
  const at = iso(fixture.now());
  const run = aRun({
    run_id,
    suite: 'orders',
    host: 'box',
    counts: { [status]: 1 },
    created_at: at,
  });
  const result: CheckResult = {
    name: 'read',
    suite: 'orders',
    kind: 'http',
    service: 'web',
    status,
    cause: null,
    detail: null,
    started_at: at,
    ms: 1,
    insecure: false,
    attempts: [],
  };
  const ended = { status: status === 'failed' ? 'failed' : 'passed', finished_at: at } as const;
  await fixture.store.checks.create({ ...run, ...ended, ...change }, [], null);
  await fixture.store.checks.plan(run_id, [{ ...result, nth: 0, stored: {} }]);
  return run_id;
}
const rounds = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    fixture.pass(30_000);
    await fixture.round();
  }
};

describe('a suite that stays red', () => {
  test('gets one repair, of its newest run, and no second one while its plan runs', async () => {
    await ran('failed');
    await rounds(3);
    expect(fixture.proposals).toEqual([]);
    const run_id = await ran('failed');
    await rounds(5);
    expect(fixture.proposals).toHaveLength(1);
    expect(fixture.proposals[0]!.steps).toMatchObject([
      { type: 'START_REPAIR', params: { run_id, suite: 'orders', host: 'box' } },
    ]);
  });
  test.each([
    ['there is no policy', undefined],
    ['the policy is off', { mode: 'off' }],
    ['the policy has a mistake', { modes: 'suggest' }],
  ])('gets none if %s', async (_, given) => {
    policy = given;
    await ran('failed');
    await ran('failed');
    await rounds(3);
    expect(fixture.proposals).toEqual([]);
  });
  test('gets none while a repair is under way, or after a person said no', async () => {
    await ran('failed');
    await ran('failed');
    const repair_id = newId('repair');
    const created_at = iso(fixture.now());
    const live = { status: 'trying', finished_at: null } as const;
    const repair = { ...repairExample, repair_id, suite: 'orders', host: 'box', created_at };
    await fixture.store.repairs.create({ ...repair, ...live }, [], null);
    await rounds(3);
    const ended = { status: 'rejected', finished_at: iso(fixture.now()) } as const;
    const change = (view: typeof repair) => ({ view: { ...view, ...ended }, events: [] });
    await fixture.store.repairs.change(repair_id, (view) => change(view));
    await rounds(20);
    expect(fixture.proposals).toEqual([]);
  });
});

test.each<CheckStatus>(['off_by_policy', 'inconclusive', 'interrupted', 'flaky', 'passed'])(
  'checks that end %s need no repair',
  async (status) => {
    await ran(status);
    await ran(status);
    await rounds(3);
    expect(fixture.proposals).toEqual([]);
  },
);

test('cancelled runs and those of other hosts say nothing', async () => {
  await ran('failed');
  await ran('failed', { status: 'cancelled' });
  await ran('failed', { host: 'nas' });
  await rounds(3);
  expect(fixture.proposals).toEqual([]);
});
