import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalArguments } from '../../cli/up/temporal/arguments.ts';
import { renewalLimits } from '../../domain/plans/plan-renewals.ts';
import { confirmHashOf, newConfirmToken } from '../../platform/plan-token.ts';
import { renewPlanToken } from '../../workflows/plan-messages.ts';
import { startPlanBench, stopStep } from '../plans/plan-bench.ts';
import { closeWindow, extendWindow, windowView } from '../../workflows/messages.ts';
import { testProgram, type TestProgram } from '../stack/program.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';
import { by, refusal, startBench, type TemporalBench } from './temporal-bench.ts';

/** Temporal asks for a new run after so many events, not after 4,096. */
const suggestedAfter = 60;

let folder: string;
let server: TestProgram;
let address: string;
let bench: TemporalBench;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-new-run-'));
  const port = await freePort();
  const kept = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'vx11/bin/temporal');
  const binary = process.env.VX11_TEMPORAL_BIN ?? (existsSync(kept) ? kept : 'temporal');
  const file = join(folder, 'temporal.db');
  const args = temporalArguments({ host: '127.0.0.1', port, uiPort: null, file });
  const setting = `limit.historyCount.suggestContinueAsNew=${suggestedAfter}`;
  const all = [...args, '--dynamic-config-value', setting];
  server = testProgram(binary, all, {}, join(folder, 'temporal.log'));
  server.start();
  address = `127.0.0.1:${port}`;
  bench = await until('Temporal answers', () => startBench(address), 60_000);
});
afterAll(async () => {
  // a worker whose activity hangs after a failed test must not keep the server alive
  await Promise.race([bench?.stop(), sleep(10_000)]);
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const extend = { by_ms: 1000, ...by };
const close = { reason: null, closed_by: 'caller', ...by } as const;

test('a window that has much to tell goes on in a new run, with all that it knew', async () => {
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

test('a close is heard while the old run waits for what is in flight', async () => {
  const { host, name } = await bench.host();
  const view = bench.request(name);
  await bench.open(view);
  const { promise, resolve } = Promise.withResolvers<void>();
  host.gates.set('moveDeadline', promise);
  const handle = bench.handle(view);
  const extending = handle.executeUpdate(extendWindow, { args: [extend] });
  try {
    await until('there is much to tell', async () => {
      // what nobody listens to is told as well
      await handle.signal('nobody');
      return (await handle.describe()).historyLength > suggestedAfter + 10;
    });
    const closing = handle.executeUpdate(closeWindow, { args: [close] });
    await until('the close is heard', async () => {
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

test('callers that never pause do not keep a window from its new run', async () => {
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
  // one message more than it takes to ask for a new run ends in it, for each of the callers
  expect(latest.historyLength).toBeLessThan(2 * suggestedAfter);
  codes.delete('it was not refused');
  expect([...codes].every((code) => code === 'too_many_requests')).toBe(true);
  const ended = await bench.handle(view).executeUpdate(closeWindow, { args: [close] });
  expect(ended.state).toBe('closed');
});

test('a plan that gave out many tokens goes on in a new run, which still counts them, and is confirmed there', async () => {
  const plans = await startPlanBench(address);
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
