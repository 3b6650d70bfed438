import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withMetrics } from '../../../activities/checks/collect/metrics.ts';
import { keepLogs } from '../../../activities/checks/collect/logs.ts';
import { withEvents } from '../../../activities/checks/collect/events.ts';
import { endRun } from '../../../activities/checks/end-run.ts';
import { planned } from '../../../activities/checks/planned.ts';
import { collectedIn, folderOf } from '../../../activities/checks/report-folder.ts';
import { reportFiles } from '../../../contracts/checks.ts';
import { readUsage } from '../../../activities/engine/usage.ts';
import { aRun } from './a-run.ts';
import { startChecksHost } from './checks-host.ts';

const login = {
  name: 'login',
  url: 'http://ana:p4ss@web/',
  headers: { authorization: { secret: 'Bearer [CONTEXT].token' } },
};
const suite = {
  name: 'sign-in',
  endpoints: [{ name: 'token', url: 'http://web/', store: { token: '[BODY].t' } }, login],
};

async function started() {
  const { host, deps } = await startChecksHost({ web: {}, db: {} }, { suites: [suite] });
  const run = aRun({ suite: 'sign-in', services: ['web'] });
  const suites = deps.power.catalog.suites().filter(({ name }) => name === 'sign-in');
  await host.store.checks.create(run, [], null);
  await host.store.checks.plan(run.run_id, planned(suites));
  const folder = folderOf(deps.folder, run);
  const linesOf = (name: string): Record<string, unknown>[] =>
    readFileSync(join(collectedIn(folder), name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { host, deps, run, suites, folder, linesOf };
}

test('what happens to the containers of the run is noted, and nothing else', async () => {
  const { host, deps, run, linesOf } = await started();
  const [web, db] = [host.engine.put('web'), host.engine.put('db')];
  host.engine.emit(web, 'start'); // before it
  await withEvents(deps, run, async () => {
    host.engine.emit(web, 'health_status: healthy');
    host.engine.emit(web, 'exec_start: curl');
    host.engine.emit(db, 'start');
    host.engine.crash(web);
  });
  // a retry after a crash continues the file
  await withEvents(deps, run, async () => host.engine.emit(web, 'destroy'));
  expect(linesOf('docker_events.jsonl').map(({ service, action }) => [service, action])).toEqual([
    ['web', 'health_status: healthy'],
    ['web', 'die'],
    ['web', 'destroy'],
  ]);
});

test('memory and CPU time of its services are measured while it lasts', async () => {
  const { host, deps, run, linesOf } = await started();
  host.engine.put('web', { pid: process.pid });
  await withMetrics(deps, run, () => new Promise((resolve) => setTimeout(resolve, 300)));
  if ((await readUsage(process.pid)) === null) return; // a host without these files
  const [line] = linesOf('metrics.jsonl');
  expect(line).toMatchObject({ service: 'web', memory_bytes: expect.any(Number) as number });
  expect(line!['memory_bytes']).toBeGreaterThan(1e6);
});

test('logs are kept to their last 64 KiB, without control characters and secrets', async () => {
  const { host, deps, run, suites, folder } = await started();
  const results = await host.store.checks.results(run.run_id);
  await host.store.checks.save(run.run_id, [{ ...results[0]!, stored: { token: 'abc.def' } }]);
  host.engine.put('web');
  host.engine.logs.set(
    'web',
    `${'old line\n'.repeat(20_000)}\u001b[31mgot Bearer abc.def and p4ss\nfrom http://bob:other@db/\n`,
  );
  await keepLogs(deps, run, suites);
  const file = join(collectedIn(folder), 'logs', 'web.txt');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/\[31mgot \*\*\* and \*\*\*\nfrom http:\/\/\*\*\*@db\/\n$/);
  expect(text).not.toContain('\u001b');
  expect(text).not.toMatch(/abc\.def|p4ss|other/);
  expect(statSync(file).size).toBeLessThanOrEqual(65_536);
});

test('a folder that cannot be written loses what is collected, and no check', async () => {
  const { host, deps, run, suites, folder } = await started();
  writeFileSync(collectedIn(folder), 'a file, no folder');
  const web = host.engine.put('web');
  const work = async () => host.engine.emit(web, 'start');
  await expect(withEvents(deps, run, () => withMetrics(deps, run, work))).resolves.toBeUndefined();
  await expect(keepLogs(deps, run, suites)).resolves.toBeUndefined();
});

test('the report takes over what was collected, and summary.json is its last file', async () => {
  const { host, deps, run, suites, folder } = await started();
  const web = host.engine.put('web', { pid: process.pid });
  host.engine.logs.set('web', 'hello\n');
  await withEvents(deps, run, async () => host.engine.emit(web, 'start'));
  await keepLogs(deps, run, suites);
  const end = await endRun(deps, run, { cancelled: true, refused: null });
  expect(readdirSync(end.folder!).toSorted()).toEqual(
    [...Object.keys(reportFiles), 'docker_events.jsonl', 'logs', 'stability.json'].toSorted(),
  );
  expect(existsSync(collectedIn(folder))).toBe(false);
  const times = readdirSync(end.folder!).map((name) => [
    statSync(join(end.folder!, name)).mtimeMs,
    name,
  ]);
  const newest = Math.max(...times.map(([at]) => Number(at)));
  expect(times.filter(([at]) => at === newest).map(([, name]) => name)).toContain('summary.json');
});
