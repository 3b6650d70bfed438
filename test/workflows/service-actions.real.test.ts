import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { until } from '../stack/wait.ts';
import type { CallFault } from './workers.ts';
import { startBench, type TemporalBench } from './temporal-bench.ts';

let bench: TemporalBench;
beforeAll(async () => void (bench = await startBench(inject('temporalAddress'))));
afterAll(() => bench?.stop());

/** A host whose only window holds web, which was started once. */
async function withWeb() {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  return { host, name, view, before: host.calls.length };
}

const faults = [0, 1].flatMap((nth) =>
  (['before', 'after'] as const).flatMap((when) =>
    [true, false].map((retryable): [string, CallFault] => [
      `call ${nth} breaks ${when === 'before' ? 'before it acts' : 'and its result is lost'}, ` +
        (retryable ? 'once' : 'for good'),
      { nth, when, retryable },
    ]),
  ),
);

test('a restart makes as many calls as the faults below count on, and has the time limit of its service', async () => {
  const { host, name, view, before } = await withWeb();
  const run = await bench.restart(name, view.window_id);
  await run.result();
  expect(host.calls.slice(before)).toEqual(['lookBeforeRestart', 'restartService']);
  expect(host.starts.get('web')).toBe(2);
  const { events } = await run.fetchHistory();
  const asked = events!.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  const limits = asked.map(({ startToCloseTimeout }) => Number(startToCloseTimeout?.seconds));
  expect(limits[1]).toBe(730);
});

test.concurrent.each(faults)(
  'when %s, a restart interrupts its service at most once, and leaves it running',
  async (_, fault) => {
    const { host, name, before } = await withWeb();
    host.fault = { ...fault, nth: before + fault.nth };
    const end = await (await bench.restart(name)).result().catch((error: unknown) => error);
    expect(end === undefined).toBe(fault.retryable);
    expect([...host.running]).toEqual(['web']);
    const done = fault.retryable || (fault.nth === 1 && fault.when === 'after');
    expect(host.starts.get('web')).toBe(done ? 2 : 1);
  },
);

test('a restart that is cancelled starts what it stopped', async () => {
  const { host, name } = await withWeb();
  host.gates.set('restartService', new Promise(() => undefined));
  const run = await bench.restart(name);
  await until('it is stopped', () => host.running.size === 0);
  await run.cancel();
  const end = await run.result().catch((error: unknown) => error);
  expect(end instanceof WorkflowFailedError && end.cause).toBeInstanceOf(CancelledFailure);
  expect([[...host.running], host.starts.get('web')]).toEqual([['web'], 2]);
});
