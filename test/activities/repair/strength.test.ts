import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { planned } from '../../../activities/checks/planned.ts';
import { strengthOf } from '../../../activities/repair/trial/strength.ts';
import type { TaskView } from '../../../contracts/task.ts';
import type { TrialDeps } from '../../../activities/repair/trial/deps.ts';
import { startChecksHost } from '../checks/checks-host.ts';

const version = { text: 'exit 0\n', mode: 0o755 };
const patched = [{ path: 'run.sh', before: version, after: version }];

/** @param exitCode of the task, by what run.sh says when it runs */
async function strengthWith(exitCode: (script: string) => number) {
  const copy = mkdtempSync(join(tmpdir(), 'vx11-copy-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  writeFileSync(join(copy, 'run.sh'), version.text);
  const endpoint = { name: 'visible', task: { shell: 'sh run.sh', files: ['run.sh'] } };
  const { deps } = await startChecksHost(
    { web: {} },
    {
      suites: [{ name: 'program', endpoints: [endpoint] }],
      tasks: {
        async run() {
          const exit_code = exitCode(readFileSync(join(copy, 'run.sh'), 'utf8'));
          const view = { spawn_id: 'spawn-1', state: 'completed', cause: 'exit', exit_code };
          return { view: view as TaskView, output: () => '' };
        },
      },
    },
  );
  const suites = deps.power.catalog.suites();
  const owner = { owner: 'ada', principal: async () => null, correlation_id: 'c', metadata: {} };
  const results = planned(suites).map((one) => ({
    ...one,
    ...(one.suite === 'program' && { status: 'passed' as const, cause: null }),
  }));
  return strengthOf(
    { checks: deps } as TrialDeps,
    { project: 'p', copy, tasks: owner },
    {
      suites,
      results,
      nth: results.find(({ suite }) => suite === 'program')!.nth,
      around: { away: new Map(), addresses: {} },
      patched,
      signal: new AbortController().signal,
    },
  );
}

test('a check that passes with a program that fails at once is weak', async () =>
  expect(await strengthWith(() => 0)).toBe('green_while_broken'));

test('a check that runs the program again, and sees it fail, is not', async () =>
  expect(await strengthWith((script) => Number(/exit (\d+)/.exec(script)![1]))).toBe('red'));
