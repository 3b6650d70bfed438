import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newId } from '../../contracts/ids.ts';
import type { RepairOutcome } from '../../activities/repair/repair-activities.ts';
import { cancelRepair } from '../../workflows/repair/messages.ts';
import { repaired, startRepairBench, type RepairBench } from './repair-bench.ts';
import type { CallFault } from './workers.ts';

let bench: RepairBench;
beforeAll(async () => {
  bench = await startRepairBench(inject('temporalAddress'), `repair-${newId('run').slice(4)}`);
});
afterAll(() => bench?.stop());

const outcome = (status: RepairOutcome['status']): RepairOutcome => ({
  status,
  cause: status,
  detail: null,
  cancelled_by: null,
});

describe('a repair', () => {
  test('tries one candidate after the other, and proposes the first that is proved', async () => {
    const one = await bench.start();
    expect(await one.handle.result()).toMatchObject({ status: 'repaired' });
    expect(one.calls).toEqual([
      'resolveRepair',
      'analyse',
      'tryCandidate',
      'tryCandidate',
      'propose',
      'awaitPlan',
      'endRepair',
    ]);
  });
  test('that may not begin tries nothing', async () => {
    const one = await bench.start((it) => void (it.refused = outcome('refused_by_policy')));
    expect(await one.handle.result()).toMatchObject({ status: 'refused_by_policy' });
    expect(one.calls).toEqual(['resolveRepair', 'endRepair']);
  });
  test('of what is flaky ends with that', async () => {
    const one = await bench.start((it) => {
      it.analyses = [{ candidates: 0, end: outcome('flaky') }];
    });
    expect(await one.handle.result()).toMatchObject({ status: 'flaky' });
  });
  test('without a proved candidate proposes nothing', async () => {
    const one = await bench.start((it) => void (it.verdicts = ['regression', 'weak']));
    expect(await one.handle.result()).toMatchObject({ status: 'no_candidate' });
    expect(one.proposed).toBe(0);
  });
  test('goes on after a patch that was taken back, and gives up after its cycles', async () => {
    const back = { ...repaired, status: 'rolled_back' as const, again: true };
    const second = await bench.start((it) => void (it.patches = [back, repaired]));
    expect(await second.handle.result()).toMatchObject({ status: 'repaired' });
    expect(second.proposed).toBe(2);
    const never = await bench.start((it) => void (it.patches = [back, back, back]));
    expect(await never.handle.result()).toMatchObject({ status: 'gave_up' });
    expect(never.proposed).toBe(3);
  });
  test('tries nothing more once its time is over', async () => {
    const one = await bench.start((it) => {
      it.limit_ms = 500;
      it.verdicts = ['not_green', 'proved'];
      it.during = () => new Promise((resolve) => setTimeout(resolve, 800));
    });
    expect(await one.handle.result()).toMatchObject({ status: 'gave_up', cause: 'minutes' });
    expect(one.proposed).toBe(0);
  });
  test('says so too if its last trial took the rest of its time', async () => {
    const one = await bench.start((it) => {
      it.limit_ms = 500;
      it.analyses = [{ candidates: 1, end: null }];
      it.verdicts = ['untried'];
      it.during = () => new Promise((resolve) => setTimeout(resolve, 800));
    });
    expect(await one.handle.result()).toMatchObject({ status: 'gave_up', cause: 'minutes' });
  });
  test('that is cancelled while it tries says who did it, and proposes nothing', async () => {
    const one = await bench.start((it) => {
      it.during = async () => {
        await it.handle.signal(cancelRepair, { actor: 'bob', correlation_id: 'c-2' });
        await new Promise((resolve) => setTimeout(resolve, 1500)); // the signal arrives meanwhile
      };
    });
    expect(await one.handle.result()).toMatchObject({ status: 'cancelled', cancelled_by: 'bob' });
    expect(one.proposed).toBe(0);
  });
});

const faults = Array.from({ length: 7 }, (_, nth) => nth).flatMap((nth) =>
  (['before', 'after'] as const).flatMap((when) =>
    [true, false].map((retryable): [string, CallFault] => [
      `call ${nth} breaks ${when === 'before' ? 'before it acts' : 'and its result is lost'}, ${retryable ? 'once' : 'for good'}`,
      { nth, when, retryable },
    ]),
  ),
);

test.concurrent.each(faults)('when %s, the repair ends, and says how', async (_, fault) => {
  const one = await bench.start((it) => void (it.fault = fault));
  const { status } = await one.handle.result();
  expect(one.ended).not.toBeNull();
  // an end is written whatever breaks; only what cannot be repeated makes it an error
  expect(status).toBe(fault.retryable === true || fault.nth === 6 ? 'repaired' : 'error');
});
