import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endRun } from '../../../activities/checks/end-run.ts';
import { reportFiles } from '../../../contracts/checks.ts';
import { startChecksHost } from './checks-host.ts';
import { local, perform, plan } from './perform-run.ts';
import { seen, startTargets } from './targets.ts';

let targets: Awaited<ReturnType<typeof startTargets>>;
beforeAll(async () => {
  targets = await startTargets();
});
afterAll(() => targets.close());

const at = (path: string): string => `http://web:${targets.ports.http}${path}`;

test('a suite hands a value on, and cleans up after a failure', async () => {
  const suite = {
    name: 'orders',
    endpoints: [
      {
        name: 'create',
        url: at('/orders'),
        method: 'POST',
        conditions: ['[STATUS] == 201'],
        store: { id: '[BODY].id' },
      },
      { name: 'read', url: at('/orders/[CONTEXT].id'), conditions: ['[STATUS] == 404'] },
      { name: 'list', url: at('/ok') },
      {
        name: 'remove',
        url: at('/orders/[CONTEXT].id'),
        method: 'DELETE',
        conditions: ['[STATUS] == 204'],
        'always-run': true,
      },
    ],
  };
  const { host, deps } = await startChecksHost({ web: {} }, { suites: [suite] });
  host.engine.put('web', local);
  expect(await perform(deps, await plan(deps))).toMatchObject({
    create: 'passed',
    read: 'failed: condition',
    list: 'skipped: after_failure',
    remove: 'passed',
  });
});

test('one dead gateway makes one failure, and the checks behind it are skipped with the cause', async () => {
  const checks = [
    { name: 'gateway', url: at('/unavailable') },
    { name: 'orders', url: at('/ok'), depends_on: ['gateway'] },
    { name: 'users', url: at('/ok'), depends_on: ['orders'] },
    { name: 'other', url: at('/ok') },
  ];
  const { host, deps } = await startChecksHost({ web: { 'x-vx11': { checks } } });
  host.engine.put('web', local);
  const run = await plan(deps);
  expect(await perform(deps, run)).toEqual({
    gateway: 'failed: condition',
    orders: 'skipped: after_failure',
    users: 'skipped: after_failure',
    other: 'passed',
  });
  const [, orders] = await host.store.checks.results(run.run_id);
  expect(orders!.detail).toBe('gateway ended failed');
});

test('a pass after a failure is flaky, with every try', async () => {
  seen.flaky = 0;
  const checks = [{ name: 'flaky', url: at('/flaky'), retries: 2 }];
  const { host, deps } = await startChecksHost({ web: { 'x-vx11': { checks } } });
  host.engine.put('web', local);
  const run = await plan(deps);
  expect(await perform(deps, run)).toEqual({ flaky: 'flaky: condition' });
  const [result] = await host.store.checks.results(run.run_id);
  expect(result!.attempts.map(({ status }) => status)).toEqual(['failed', 'passed']);
  expect(result!.attempts[0]!.evidence).toContain('HTTP 500');
});

describe('a service that is not up', () => {
  const checks = [{ name: 'health', url: 'http://web:1/' }];
  test('sleeps by policy: its checks are neither passed nor failed', async () => {
    const { deps } = await startChecksHost({ web: { 'x-vx11': { checks } } });
    const run = await plan(deps);
    expect(await perform(deps, run)).toEqual({ health: 'off_by_policy: off_by_policy' });
    const end = await endRun(deps, run, { cancelled: false, refused: null });
    expect(end).toMatchObject({ status: 'inconclusive', score: null, exit_code: 2 });
  });
  test("did not come up in the run's window: its checks failed, with the window's reason", async () => {
    const { host, deps } = await startChecksHost({ web: { 'x-vx11': { checks } } });
    const run = await plan(deps);
    await host.lease(['web'], {
      window_id: run.run_id.replace('run', 'window'),
      services: ['web'],
      services_failed: [{ service: 'web', error: 'port_taken', detail: 'port 80 is taken' }],
    });
    expect(await perform(deps, run)).toEqual({ health: 'failed: not_started' });
    const [result] = await host.store.checks.results(run.run_id);
    expect(result!.detail).toBe('port_taken: port 80 is taken');
  });
});

describe('a run whose process died goes on', () => {
  test('and repeats no request that may have had its effect', async () => {
    const checks = [
      { name: 'order', url: at('/orders'), method: 'POST', conditions: ['[STATUS] == 201'] },
      { name: 'read', url: at('/ok') },
    ];
    const { host, deps } = await startChecksHost({ web: { 'x-vx11': { checks } } });
    host.engine.put('web', local);
    const run = await plan(deps);
    const [order] = await host.store.checks.results(run.run_id);
    // as it was written just before the request was sent
    await host.store.checks.save(run.run_id, [
      { ...order!, status: 'interrupted', cause: 'interrupted' },
    ]);
    const before = seen.orders;
    expect(await perform(deps, run)).toEqual({ order: 'interrupted: interrupted', read: 'passed' });
    expect(seen.orders).toBe(before);
    const end = await endRun(deps, run, { cancelled: false, refused: null });
    expect(end).toMatchObject({ status: 'inconclusive', cause: 'interrupted', exit_code: 1 });
  });

  test('with the values that its suite had stored', async () => {
    const suite = {
      name: 'orders',
      endpoints: [
        { name: 'create', url: at('/ok'), store: { id: '[BODY].id' } },
        { name: 'read', url: at('/orders/[CONTEXT].id') },
      ],
    };
    const { host, deps } = await startChecksHost({ web: {} }, { suites: [suite] });
    host.engine.put('web', local);
    const run = await plan(deps);
    const [create] = await host.store.checks.results(run.run_id);
    await host.store.checks.save(run.run_id, [
      { ...create!, status: 'passed', stored: { id: '7' } },
    ]);
    expect(await perform(deps, run)).toMatchObject({ read: 'passed' });
  });
});

test('a secret of one check is in no result and no file of its run, whatever shows it', async () => {
  const secret = 'Bearer hush&hush';
  const quoted = encodeURIComponent('hush&hush');
  const suite = {
    name: 'orders',
    endpoints: [
      { name: 'before', container: 'web', exec: ['before'], conditions: ['[EXIT_CODE] == 1'] },
      { name: 'login', url: at('/ok'), headers: { authorization: { secret } } },
    ],
  };
  const checks = ['before', 'cut', 'quoted'].map((name) => ({
    name,
    exec: [name],
    conditions: ['[EXIT_CODE] == 1', '[OUTPUT] == nothing'],
  }));
  const { host, deps } = await startChecksHost(
    { web: { 'x-vx11': { checks } }, db: {} },
    { suites: [suite] },
  );
  host.engine.put('web', local);
  host.engine.outputs.set('before', { exit_code: 0, output: `it has hush&hush` });
  host.engine.outputs.set('cut', { exit_code: 0, output: `${'x'.repeat(4070)}hush&hush` });
  host.engine.outputs.set('quoted', { exit_code: 0, output: `?key=${quoted}` });
  const run = await plan(deps);
  expect(await perform(deps, run)).toMatchObject({ cut: 'failed: condition' });
  const { folder } = await endRun(deps, run, { cancelled: false, refused: null });
  const kept = JSON.stringify(await host.store.checks.results(run.run_id));
  const files = readdirSync(folder!).map((name) => readFileSync(join(folder!, name), 'utf8'));
  for (const text of [kept, ...files]) expect(text).not.toMatch(/hush/);
  expect(kept).toContain('it has ***');
});

test('the end of a cancelled run says who cancelled it', async () => {
  const { host, deps } = await startChecksHost({ web: {} });
  const cancelled_by = { actor: 'bob', principal: 'token-1' };
  const run = await plan(deps);
  const end = await endRun(deps, run, { cancelled: true, cancelled_by, refused: null });
  expect(end).toMatchObject({ status: 'cancelled', cancelled_by: 'bob', owner: 'ada' });
  expect((await host.store.events.after(0, 100)).at(-1)).toMatchObject({
    type: 'checks.finished',
    actor: 'bob',
    payload: { run_id: run.run_id, cancelled_by: 'bob' },
  });
});

test('the end of a run has a report, whole or not at all', async () => {
  const checks = [{ name: 'ok', url: at('/ok') }];
  const { host, deps, ended } = await startChecksHost({ web: { 'x-vx11': { checks } } });
  host.engine.put('web', local);
  const run = await plan(deps);
  await perform(deps, run);
  const end = await endRun(deps, run, { cancelled: false, refused: null });
  expect(end).toMatchObject({ status: 'passed', score: 1, exit_code: 0, counts: { passed: 1 } });
  expect(end.folder).toMatch(/20261121T120000Z_E2E_TEST_CONDUCTOR_v2_/);
  expect(readdirSync(end.folder!).toSorted()).toEqual(Object.keys(reportFiles).toSorted());
  expect(existsSync(`${end.folder}.part`)).toBe(false);
  const summary = JSON.parse(readFileSync(join(end.folder!, 'summary.json'), 'utf8')) as object;
  expect(summary).toMatchObject({ run_id: run.run_id, status: 'passed', total: 1 });
  expect(ended).toEqual(['all passed']);
  // a repeat changes nothing
  expect(await endRun(deps, end, { cancelled: true, refused: null })).toEqual(end);
});
