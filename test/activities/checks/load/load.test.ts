import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { performChecks } from '../../../../activities/checks/perform.ts';
import { placeOfRun } from '../../../../activities/checks/place.ts';
import { collectedIn, folderOf } from '../../../../activities/checks/report-folder.ts';
import { surroundingsOf } from '../../../../activities/checks/surroundings.ts';
import type { CheckDeps } from '../../../../activities/checks/deps.ts';
import { startLoadProcess } from '../../../../activities/checks/load/load-process.ts';
import { runLoad } from '../../../../activities/checks/load/run-load.ts';
import { judgeLoad } from '../../../../domain/checks/load/judge-load.ts';
import { endOfRun } from '../../../../domain/checks/outcome.ts';
import { poll } from '../../../../platform/concurrency/poll.ts';
import { startChecksHost } from '../checks-host.ts';
import { local, plan } from '../perform-run.ts';

let server: Server;
const seen: Record<string, number> = {};
beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url!;
    seen[url] = (seen[url] ?? 0) + 1;
    if (url === '/silent') return;
    if (url === '/half') response.statusCode = seen[url] % 2 === 0 ? 500 : 200;
    response.end('{"id":7}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const at = (path: string): string => `http://web:${(server.address() as AddressInfo).port}${path}`;
const suiteOf = (path: string, load: object, more: object = {}, after: object[] = []) => ({
  name: 'orders',
  endpoints: [{ name: 'read', url: at(path), ...more }, ...after],
  load: { endpoint: 'read', requests: 40, within: '5s', thresholds: ['failed < 1%'], ...load },
});

async function start(suite: object) {
  const { host, deps } = await startChecksHost(
    { web: {} },
    { suites: [suite], load: { cpu: '100%', memory: '99%' } },
  );
  host.engine.put('web', local);
  const run = await plan(deps);
  const suites = deps.power.catalog.suites();
  const perform = async () => {
    const around = await surroundingsOf(deps.power, run, suites);
    await performChecks(
      deps,
      placeOfRun(deps.power, run),
      suites.slice(0, 1),
      around,
      new AbortController().signal,
    );
    return resultsOf(deps, run.run_id);
  };
  return { deps, run, perform };
}

const resultsOf = async ({ power }: CheckDeps, id: string) =>
  (await power.store.checks.results(id)).filter(({ suite }) => suite === 'orders');
const shown = (results: Awaited<ReturnType<typeof resultsOf>>) =>
  Object.fromEntries(
    results.map(({ name, status, cause }) => [
      name,
      cause === null ? status : `${status}: ${cause}`,
    ]),
  );

test('a load sends its requests, and each threshold has a result', async () => {
  const load = { thresholds: ['p(95) < 4s', 'failed < 1%', 'max < 0.001'] };
  const { run, deps, perform } = await start(suiteOf('/ok', load));
  const results = await perform();
  expect(shown(results)).toEqual({
    read: 'passed',
    'load: p(95) < 4s': 'passed',
    'load: failed < 1%': 'passed',
    'load: max < 0.001': 'failed: threshold',
  });
  expect(seen['/ok']).toBe(41);
  expect(results[1]!.attempts[0]!.evidence).toContain('40 of 40 requests');
  const file = join(collectedIn(folderOf(deps.folder, run)), 'metrics.jsonl');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const paces = lines.map((line) => JSON.parse(line) as { load: string; rate: number });
  expect(paces.filter(({ load: name, rate }) => name === 'orders' && rate > 0)).not.toEqual([]);
  // what has a result is not sent again
  await perform();
  expect(seen['/ok']).toBe(41);
});

test('an answer that breaks a condition of the endpoint has failed', async () => {
  seen['/half'] = 0;
  const { perform } = await start(suiteOf('/half', { thresholds: ['failed < 10%'] }));
  const results = await perform();
  expect(results[1]).toMatchObject({
    status: 'failed',
    cause: 'threshold',
    detail: 'failed (50%) < 10%; first failure: [STATUS] (500) == 200',
  });
});

test('a threshold over nothing is not run, and the run is not green', async () => {
  const suite = suiteOf(
    '/silent',
    { thresholds: ['p(95) < 300'], within: '1s' },
    { conditions: ['[CONNECTED] == false'], timeout: '500ms' },
  );
  const { perform } = await start(suite);
  const results = await perform();
  expect(shown(results)).toEqual({ read: 'passed', 'load: p(95) < 300': 'not_run: no_sample' });
  const facts = { flaky: 'fail', cancelled: false, cancelled_by: null, refused: null } as const;
  expect(endOfRun(results, { ...facts, residue: null })).toMatchObject({
    status: 'inconclusive',
    cause: 'no_sample',
  });
});

test('a load is skipped after a failure, and what cleans up still runs', async () => {
  const clean = { name: 'clean', url: at('/clean'), 'always-run': true };
  const { perform } = await start(suiteOf('/ok', {}, { conditions: ['[STATUS] == 404'] }, [clean]));
  expect(shown(await perform())).toEqual({
    read: 'failed: condition',
    clean: 'passed',
    'load: failed < 1%': 'skipped: after_failure',
  });
});

test('a load with effects whose process died is not sent again', async () => {
  const { deps, run, perform } = await start(suiteOf('/post', {}, { method: 'POST' }));
  const [, load] = await resultsOf(deps, run.run_id);
  const cut = { ...load!, status: 'interrupted', cause: 'interrupted' } as const;
  await deps.power.store.checks.save(run.run_id, [cut]);
  expect(shown(await perform())).toMatchObject({ 'load: failed < 1%': 'interrupted: interrupted' });
  expect(seen['/post']).toBe(1);
});

describe('one load at a time on a host', () => {
  test('another one that has died is not waited for', async () => {
    const { deps, perform } = await start(suiteOf('/ok', {}));
    const { store, clock } = deps.power;
    await store.hostLease.take('load@host-a', 'run-of-old/orders', clock() - 16_000, () => false);
    expect(shown(await perform())['load: failed < 1%']).toBe('passed');
    expect(await store.hostLease.find('load@host-a')).toBeNull();
  });
  test('one that runs is waited for', async () => {
    const { deps, perform } = await start(suiteOf('/waits', {}));
    const { store, clock } = deps.power;
    await store.hostLease.take('load@host-a', 'another', clock(), () => false);
    const results = perform();
    await poll(async () => (seen['/waits'] === 1 ? true : null), { everyMs: 20 });
    const whileWaiting = seen['/waits'];
    await store.hostLease.leave('load@host-a', 'another');
    expect(shown(await results)['load: failed < 1%']).toBe('passed');
    expect({ whileWaiting, after: seen['/waits'] }).toEqual({ whileWaiting: 1, after: 41 });
  });
});

test('a load whose process is killed ends by name, and its memory stays small', async () => {
  const { deps } = await start(suiteOf('/ok', { requests: 100_000, within: '60s' }));
  const { load } = deps.power.catalog.suites()[0]!;
  const child = startLoadProcess(load!, {}, { web: '127.0.0.1' });
  onTestFinished(() => child.close());
  const around = { servicesCpu: async () => 0, onLook: () => undefined };
  const end = runLoad(load!, child, around, new AbortController().signal);
  await poll(async () => (child.ended > 100 ? true : null), { everyMs: 20 });
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  expect(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) / 1024).toBeLessThanOrEqual(128);
  process.kill(child.pid!, 'SIGKILL');
  expect(await end).toMatchObject({ died: 'SIGKILL' });
});

test('where the host had no room, no threshold is judged', async () => {
  const { deps } = await start(suiteOf('/ok', { requests: 20, within: '2s' }));
  const { load } = deps.power.catalog.suites()[0]!;
  const child = startLoadProcess(load!, {}, { web: '127.0.0.1' });
  onTestFinished(() => child.close());
  let [looks, paces] = [0, 0];
  const busy = async () => {
    looks += 1;
    const memory = { memory_available: 8e9, memory_total: 16e9 };
    const times = { total_ms: looks * 500, busy_ms: looks * 500, cores: 2 };
    return {
      at_ms: performance.now(),
      ...times,
      ...memory,
      cpu_stall_us: null,
      memory_stall_us: null,
    };
  };
  const around = { servicesCpu: async () => 0, onLook: () => void (paces += 1), readHost: busy };
  const bounds = { cpu: 0.5, memory: 0.9 };
  const end = await runLoad({ ...load!, bounds }, child, around, new AbortController().signal);
  expect(paces).toBeGreaterThan(0);
  expect(end.ended).toBe(20);
  expect(judgeLoad(load!, end)[0]!.verdict).toMatchObject({
    status: 'inconclusive',
    cause: 'host_pressed',
  });
});
