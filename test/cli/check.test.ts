import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { asOneRun, cyclesText, exitOfCycles } from '../../cli/commands/checks/check-cycles.ts';
import type { CheckResult, CheckRunAnswer, CheckRunView } from '../../contracts/checks.ts';
import { connectTemporal } from '../../gateway/temporal/port.ts';
import { aRun } from '../activities/checks/a-run.ts';
import { aService } from '../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, type Gateway } from '../gateway/fixture.ts';
import { vx11 } from './fixture.ts';

const result = (change: Partial<CheckResult> = {}): CheckResult => ({
  name: 'health',
  suite: 'web',
  kind: 'http',
  service: 'web',
  status: 'passed',
  cause: null,
  detail: null,
  started_at: null,
  ms: 5,
  insecure: false,
  attempts: [],
  ...change,
});
const cycle = (status: 'passed' | 'failed' | 'off_by_policy'): CheckRunAnswer => {
  const exit_code = { passed: 0, failed: 1, off_by_policy: 2 }[status];
  const end = status === 'off_by_policy' ? 'inconclusive' : status;
  return { run: aRun({ suite: 'web', status: end, exit_code }), results: [result({ status })] };
};

test.each([
  [['passed', 'passed'], 0],
  [['passed', 'failed', 'passed'], 1],
  [['passed', 'off_by_policy'], 2],
  [['failed', 'off_by_policy'], 1],
] as const)('cycles that end %j exit with %d', (ends, code) =>
  expect(exitOfCycles(ends.map(cycle))).toBe(code),
);

test('a check that passes in some cycles only is flaky, and each cycle has its own results', () => {
  const cycles = [cycle('passed'), cycle('failed'), cycle('passed')];
  const text = cyclesText(cycles);
  expect(text).toMatch(/cycle 2: web: failed/);
  expect(text).toMatch(/web\/health\s+2 of 3\s+flaky\s+failed/);
  const unjudged = cyclesText([cycle('passed'), cycle('off_by_policy')]);
  expect(unjudged).toMatch(/web\/health\s+1 of 2\s+not always judged\s+off_by_policy/);
  expect(asOneRun(cycles).results.map(({ suite }) => suite)).toEqual([
    'web (cycle 1)',
    'web (cycle 2)',
    'web (cycle 3)',
  ]);
});

let gateway: Gateway;
let url: string;
const started: CheckRunView[] = [];
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    // every run ends at once
    async startChecks(run: CheckRunView) {
      started.push(run);
      const ended = { status: 'passed', exit_code: 0, finished_at: run.created_at } as const;
      await gateway.store.checks.change(run.run_id, (view) => ({
        view: { ...view, ...ended },
        events: [],
      }));
    },
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  const suites = [
    { name: 'web', kind: 'service', declared: true, services: ['web'], checks: 1, problems: [] },
  ] as const;
  const known = suites.map((suite) => ({ ...suite, services: ['web'], problems: [] }));
  await gateway.store.services.saveCatalog({ ...catalog([aService('web')]), suites: known }, []);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => gateway.close());

const run = (...line: string[]) => vx11(line, { VX11_URL: url, VX11_TOKEN: adminToken });

test('cycles run one after the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-junit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  started.splice(0);
  const file = join(folder, 'junit.xml');
  const { code, out } = await run('check', 'web', '--cycles', '3', '--junit', file);
  expect({ code, runs: started.length }).toEqual({ code: 0, runs: 3 });
  expect(out).toContain('cycle 3: web: passed');
  expect(readFileSync(file, 'utf8')).toContain('<testsuites');
});

test.each([
  [['--cycles', '0'], 'whole number from 1 to 100'],
  [['--keep-open', 'soon'], 'duration'],
  [['--no-open', '--keep-open'], 'nothing can be kept open'],
])('%j is refused', async (words, problem) => {
  const { code, err } = await run('check', 'web', ...words);
  expect(code).toBe(2);
  expect(err).toContain(problem);
});

test('what the checks need is held by a window that outlasts the run', async () => {
  const { code, err } = await run('check', 'web', '--keep-open', '1m');
  expect(code).toBe(0);
  expect(err).toMatch(/window-\w+ holds web for 1m; vx11 close ends it sooner/);
  const { windows } = (
    await gateway.inject({
      method: 'GET',
      url: '/vx11/windows',
      headers: { 'x-vx11-token': adminToken },
    })
  ).json<{ windows: { services: string[]; reason: string }[] }>();
  expect(windows).toMatchObject([
    { reason: expect.stringMatching(/^kept open after run-/) as string },
  ]);
});
