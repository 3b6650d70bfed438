import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import { cancelChecks } from '../../../workflows/checks/messages.ts';
import { startChecksBench, type ChecksBench, type FakeChecks } from './checks-bench.ts';
import type { CallFault } from '../workers.ts';

let bench: ChecksBench;
beforeAll(async () => {
  bench = await startChecksBench(inject('temporalAddress'), `checks-${newId('run').slice(4)}`);
});
afterAll(() => bench?.stop());

const full = { cause: 'no_room', detail: 'the host is full' };

describe('a run', () => {
  test('opens, checks, closes and ends, in this order', async () => {
    const run = await bench.start();
    expect(await run.handle.result()).toMatchObject({ status: 'passed' });
    expect(run.calls).toEqual([
      'resolveChecks',
      'openForChecks',
      'performChecks',
      'closeAfterChecks',
      'endChecks',
    ]);
    expect(run.window).toBe('closed');
  });
  test('that cannot begin checks nothing, and says why', async () => {
    const run = await bench.start((one) => void (one.unresolved = full));
    expect(await run.handle.result()).toMatchObject({ status: 'inconclusive', cause: 'no_room' });
    expect(run.performed).toBe(0);
  });
  test('whose window does not open checks nothing, and says why', async () => {
    const run = await bench.start((one) => void (one.unopened = full));
    expect(await run.handle.result()).toMatchObject({ status: 'inconclusive', cause: 'no_room' });
    expect(run.performed).toBe(0);
  });
  test.each(['signal', 'cancel'] as const)(
    'that gets a %s while it checks closes its window',
    async (how) => {
      const run = await bench.start((one) => {
        one.during = () =>
          how === 'signal'
            ? one.handle.signal(cancelChecks, { actor: 'bob', correlation_id: 'c-2' })
            : one.handle.cancel().then(() => undefined);
      });
      // the checks may be over before the message arrives
      expect((await run.handle.result()).status).toMatch(/^(cancelled|passed)$/);
      expect(run.window).toBe('closed');
      expect(run.ended).not.toBeNull();
      if (run.ended?.cancelled === true) {
        expect(run.ended.cancelled_by?.actor ?? null).toBe(how === 'signal' ? 'bob' : null);
      }
    },
  );
});

test('a firing has one id however often it is tried, and says when it was', async () => {
  const before = Date.now();
  const handle = await bench.fire({ run_id: null, missed: 'madre was away' });
  expect(await handle.result()).toEqual({ run_id: null, missed: 'madre was away' });
  const [firing] = bench.firings;
  expect(firing).toMatchObject({ name: 'nightly' });
  expect(firing!.firing).toContain(handle.workflowId);
  expect(firing!.fired_at).toBeGreaterThanOrEqual(before - 1000);
});

const faults = Array.from({ length: 5 }, (_, nth) => nth).flatMap((nth) =>
  (['before', 'after'] as const).flatMap((when) =>
    [true, false].map((retryable): [string, CallFault] => [
      `call ${nth} breaks ${when === 'before' ? 'before it acts' : 'and its result is lost'}, ${retryable ? 'once' : 'for good'}`,
      { nth, when, retryable },
    ]),
  ),
);

test.concurrent.each(faults)('when %s, the run ends and leaves no window', async (_, fault) => {
  const run: FakeChecks = await bench.start((one) => void (one.fault = fault));
  const { status } = await run.handle.result();
  expect(run.window).not.toBe('open');
  expect(run.ended).not.toBeNull();
  // an end is written whatever breaks; only what cannot be repeated makes the run inconclusive
  if (fault.retryable === true || fault.nth >= 3) expect(status).toBe('passed');
  else expect(status).toBe('inconclusive');
});
