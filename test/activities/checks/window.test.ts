import { expect, test } from 'vitest';
import { openWindow, windowOfRun } from '../../../activities/checks/window.ts';
import type { CheckRuns } from '../../../activities/checks/deps.ts';
import { aRun } from './a-run.ts';
import { startChecksHost } from './checks-host.ts';

test("the window of a run belongs to the run's owner by principal, not by name", async () => {
  const runs = { openWindow: async (view: object) => ({ ...view, state: 'open' }) };
  const { host, deps } = await startChecksHost({ web: {} }, { runs: runs as unknown as CheckRuns });
  const run = aRun({ open: 'window' });
  await host.store.checks.create(run, [], 'token-1');
  const ask = { services: ['web'], ttl_ms: 60_000, max_ttl_ms: 60_000 };
  expect(
    await openWindow(deps, windowOfRun(deps, run), ask, new AbortController().signal),
  ).toBeNull();
  expect([...(await host.store.windows.owners('live')).values()]).toEqual(['token-1']);
});
