import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewalLimits } from '../../domain/plans/plan-renewals.ts';
import { confirmHashOf, newConfirmToken } from '../../platform/plan-token.ts';
import { cancelPlan, renewPlanToken } from '../../workflows/plan-messages.ts';
import { noop, openStep, startPlanBench, stopStep, type PlanBench } from '../plans/plan-bench.ts';
import {
  closeWindow,
  extendWindow,
  openWindow,
  windowView,
  type ExtendWindow,
  type RenewWindow,
} from '../../workflows/messages.ts';
import { startTemporal, suggestNewRunAfter, type TestTemporal } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';
import { by, refusal, startBench, type TemporalBench } from './temporal-bench.ts';

/** Temporal suggests a new run after this many events instead of 4,096. */
const suggestedAfter = 60;

let folder: string;
let server: TestTemporal;
let bench: TemporalBench;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-new-run-'));
  server = await startTemporal({ folder, settings: [suggestNewRunAfter(suggestedAfter)] });
  bench = await startBench(server.address);
});
afterAll(async () => {
  // a worker whose activity hangs after a failed test must not keep the server alive
  await Promise.race([bench?.stop(), sleep(10_000)]);
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const extend = { by_ms: 1000, ...by };
const close = { reason: null, closed_by: 'caller', ...by } as const;

test('a window with a long history continues in a new run, with its state', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  const { view: open } = await bench.open(view);
  const first = (await bench.handle(view).describe()).runId;
  for (let n = 1; n <= 20; n += 1) {
    const { view: now } = await bench.handle(view).executeUpdate(extendWindow, { args: [extend] });
    expect(now.extensions).toBe(n);
  }
  const latest = await bench.handle(view).describe();
  expect(latest.runId).not.toBe(first);
  expect(latest.memo).toMatchObject({ services: ['web'] });
  const now = await bench.handle(view).query(windowView);
  const expires_at = new Date(Date.parse(open.expires_at!) + 20_000).toISOString();
  expect(now).toEqual({ ...open, extensions: 20, expires_at });
  expect(host.calls.filter((call) => call === 'openServices')).toHaveLength(1);
  const ended = await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
  expect(ended).toMatchObject({ state: 'closed', receipt: { deadline: expires_at } });
});

test('a close is accepted while the old run waits for a message in progress', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  const { promise, resolve } = Promise.withResolvers<void>();
  host.gates.set('moveDeadline', promise);
  const handle = bench.handle(view);
  const extending = handle.executeUpdate(extendWindow, { args: [extend] });
  try {
    await until('the history is long', async () => {
      // a signal without a handler makes the history grow, too
      await handle.signal('nobody');
      return (await handle.describe()).historyLength > suggestedAfter + 10;
    });
    const closing = handle.executeUpdate(closeWindow, { args: [close] });
    await until('the close is accepted', async () => {
      const { events } = await handle.fetchHistory();
      const accepted = events?.filter(
        (event) => event.workflowExecutionUpdateAcceptedEventAttributes,
      );
      return accepted?.length === 3;
    });
    resolve();
    await extending;
    expect((await closing).state).toBe('closed');
    expect(host.running.size).toBe(0);
  } finally {
    resolve();
  }
});

test('an extension that is repeated with its update id in a new run moves the deadline once', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  const handle = bench.handle(view);
  const first = (await handle.describe()).runId;
  const once = { updateId: 'attempt-1', args: [{ by_ms: 600 * 60_000, ...by }] as [ExtendWindow] };
  const before = await handle.executeUpdate(extendWindow, once);
  expect(before).toMatchObject({ clamped: true, view: { extensions: 1 } });
  const renewal = {
    updateId: 'attempt-2',
    args: [{ ttl_ms: 60_000, reason: null, ...by }] as [RenewWindow],
  };
  await handle.executeUpdate(openWindow, renewal);
  // two new runs, since the answers have to be passed on more than once
  for (let runs = 0, last = first; runs < 2;) {
    await handle.executeUpdate(extendWindow, { args: [extend] });
    const { runId } = await handle.describe();
    if (runId !== last) runs += 1;
    last = runId;
  }
  const moves = host.calls.length;
  const now = await handle.query(windowView);
  expect(await handle.executeUpdate(extendWindow, once)).toEqual({ view: now, clamped: true });
  expect(await handle.executeUpdate(openWindow, renewal)).toEqual({ view: now, clamped: false });
  expect(host.calls).toHaveLength(moves);
  await handle.executeUpdate(closeWindow, { args: [close] });
});

/** Waits until another run follows `first`, whose history grows by signals without a handler. */
const followed = (handle: WorkflowHandle, first: string): Promise<unknown> =>
  until(
    'it continues in a new run',
    async () => {
      const { runId, historyLength } = await handle.describe();
      if (runId === first && historyLength < suggestedAfter + 5) await handle.signal('nobody');
      return runId !== first;
    },
    20_000,
  );

test('a close that cannot succeed continues in a new run, and ends the window once it can', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  const handle = bench.handle(view);
  const first = (await handle.describe()).runId;
  host.failing.add('closeServices');
  const closing = refusal(handle.executeUpdate(closeWindow, { args: [close] }));
  await until('it was tried', () => host.calls.includes('closeServices'));
  await followed(handle, first);
  expect(await closing).toBe('window_not_open');
  expect(await refusal(handle.executeUpdate(extendWindow, { args: [extend] }))).toBe(
    'window_ended',
  );
  host.failing.clear();
  const again = { ...close, actor: 'bea', reason: 'again' };
  const ended = await handle.executeUpdate(closeWindow, { args: [again] });
  expect(ended).toMatchObject({ state: 'closed', receipt: { closed_by: 'caller', reason: null } });
  expect((await handle.result()).state).toBe('closed');
  expect([host.running.size, host.leases.size]).toEqual([0, 0]);
});

test('a close whose activity hangs while many messages arrive continues in a new run', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  const handle = bench.handle(view);
  const first = (await handle.describe()).runId;
  const { promise, resolve } = Promise.withResolvers<void>();
  host.gates.set('closeServices', promise);
  const closing = refusal(handle.executeUpdate(closeWindow, { args: [close] }));
  await until('it is closing', () => host.calls.includes('closeServices'));
  try {
    await followed(handle, first);
    expect(await closing).toBe('window_not_open');
  } finally {
    resolve();
  }
  expect(await handle.result()).toMatchObject({ state: 'closed', receipt: { reason: null } });
});

test('a failure that cannot be stored is stored by a later run', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  host.fault = { nth: 0, when: 'before', retryable: false };
  host.failing.add('failServices');
  const handle = await bench.start(view);
  const opening = refusal(bench.open(view));
  const first = (await handle.describe()).runId;
  await until('it was tried', () => host.calls.includes('failServices'));
  await followed(handle, first);
  expect(await opening).toBe('too_many_requests');
  host.failing.clear();
  const failed = await handle.result();
  expect(failed).toMatchObject({
    state: 'failed',
    services_failed: [{ error: 'start_failed', detail: 'call 0 breaks' }],
  });
  expect(host.calls.filter((call) => call === 'openServices')).toHaveLength(1);
});

test('a window that waits for room while many messages arrive continues in a new run, and opens once there is room', async () => {
  const { host, name } = await bench.host();
  host.room = 0;
  const view = bench.request(name);
  const handle = await bench.start(view, 'queue');
  const first = (await handle.describe()).runId;
  await until('it is queued', async () => (await handle.query(windowView)).state === 'queued');
  await followed(handle, first);
  expect((await handle.query(windowView)).state).toBe('queued');
  host.room = 1;
  await until('it is open', async () => (await handle.query(windowView)).state === 'open');
  expect([...host.running]).toEqual(['web']);
  const ended = await handle.executeUpdate(closeWindow, { args: [close] });
  expect(ended).toMatchObject({ state: 'closed', receipt: { closed_by: 'caller' } });
  expect(host.running.size).toBe(0);
});

test('callers that never pause cannot prevent the new run of a window', async () => {
  const { name } = await bench.host();
  const view = bench.request(name, { max_ttl_ms: 14_400_000 });
  await bench.open(view);
  const first = (await bench.handle(view).describe()).runId;
  const codes = new Set<string | null | undefined>();
  const insist = async (): Promise<void> => {
    for (let n = 0; n < 30; n += 1) {
      const sent = bench.handle(view).executeUpdate(extendWindow, { args: [extend] });
      codes.add(await refusal(sent));
    }
  };
  await Promise.all([insist(), insist(), insist()]);
  const latest = await bench.handle(view).describe();
  expect(latest.runId).not.toBe(first);
  // once a new run is suggested, the old one takes at most one more message of each caller
  expect(latest.historyLength).toBeLessThan(2 * suggestedAfter);
  codes.delete('it was not refused');
  expect([...codes].every((code) => code === 'too_many_requests')).toBe(true);
  const ended = await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
  expect(ended.state).toBe('closed');
});

test('a plan that issued many tokens continues in a new run, which still counts them, and is confirmed there', async () => {
  const plans = await startPlanBench(server.address);
  try {
    const { plan } = await plans.propose([stopStep([])]);
    const first = (await plans.handle(plan).describe()).runId;
    let token = '';
    const renew = () => {
      token = newConfirmToken();
      const confirm_hash = confirmHashOf(plan.plan_hash, token);
      const message = { ...by, plan_hash: plan.plan_hash, confirm_hash };
      return plans.handle(plan).executeUpdate(renewPlanToken, { args: [message] });
    };
    for (let n = 0; n < renewalLimits.perMinute; n += 1) await renew();
    const last = token;
    expect((await plans.handle(plan).describe()).runId).not.toBe(first);
    expect(await refusal(renew())).toBe('too_many_requests');
    const length = await until('the new run waits', async () => {
      const { historyLength } = await plans.handle(plan).describe();
      return historyLength > 5 && historyLength;
    });
    for (let n = 0; n < 20; n += 1) expect(await refusal(renew())).toBe('too_many_requests');
    expect((await plans.handle(plan).describe()).historyLength).toBe(length);
    expect((await plans.confirm(plan, last)).status).toBe('RUNNING');
    expect((await plans.end(plan)).status).toBe('DONE');
  } finally {
    await plans.stop();
  }
});

describe('a plan', () => {
  let plans: PlanBench;
  beforeAll(async () => void (plans = await startPlanBench(server.address)));
  afterAll(() => plans?.stop());

  test('whose end cannot be stored continues in a new run, and does nothing twice', async () => {
    plans.failing.add('endPlan');
    const { plan } = await plans.propose([openStep(['web']), noop([])]);
    const handle = plans.handle(plan);
    const first = (await handle.describe()).runId;
    await until('it was tried', () => plans.calls.includes('endPlan'));
    const message = { actor: 'bea', correlation_id: 'c-1', reason: null };
    const cancelling = refusal(handle.executeUpdate(cancelPlan, { args: [message] }));
    await followed(handle, first);
    expect(await cancelling).toBe('too_many_requests');
    plans.failing.clear();
    expect(await plans.end(plan)).toMatchObject({
      status: 'DONE',
      steps: [{ status: 'DONE' }, { status: 'DONE' }],
    });
    expect(plans.calls.filter((call) => call === 'runStep')).toHaveLength(2);
    expect((await plans.store.plans.find(plan.plan_id))!.status).toBe('DONE');
  });

  test('that was cancelled in Temporal while it waited continues in a new run, and ends as cancelled', async () => {
    plans.failing.add('decide');
    const { plan } = await plans.propose([stopStep([])]);
    const handle = plans.handle(plan);
    const first = (await handle.describe()).runId;
    await handle.cancel();
    await until('it was tried', () => plans.calls.includes('decide'));
    await followed(handle, first);
    plans.failing.clear();
    expect(await plans.end(plan)).toMatchObject({ status: 'CANCELLED', ended_by: 'Temporal' });
  });
});
