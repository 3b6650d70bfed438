import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type {
  HermesActivities,
  ScanActivities,
} from '../../../activities/programs/program-activities.ts';
import { newId, scanWorkflowId } from '../../../contracts/ids.ts';
import { hermesQueue, powerQueue } from '../../../contracts/queues.ts';
import type { FoundProgram } from '../../../domain/programs/finding.ts';
import { endedScan, queuedScan, type ScanEnd } from '../../../domain/programs/scan.ts';
import type { discoverPrograms } from '../../../workflows/programs/discover.ts';
import { scanStart } from '../../../workflows/programs/start.ts';
import { testBundle } from '../temporal-bench.ts';
import {
  breakable,
  connectWorkers,
  type CallFault,
  type Calls,
  type TestWorkers,
} from '../workers.ts';

type Activities = HermesActivities & ScanActivities;

const git: FoundProgram = {
  name: 'git',
  category: 'version-control',
  path: '/usr/bin/git',
  realpath: '/usr/bin/git',
  root: 'image',
  version: null,
  version_from: 'unknown',
  usable: true,
  reason: null,
  auth: 'unknown',
  checked_at: '2026-11-29T12:00:00.000Z',
  identity: { realpath: '/usr/bin/git', inode: '1', size: 1, mtime_ms: 1 },
  asked: false,
};
const answer = { version: '2.39.5', version_from: 'run', usable: true, reason: null } as const;

let workers: TestWorkers;
let workflowBundle: { codePath: string };
beforeAll(async () => {
  workflowBundle = await testBundle();
  workers = await connectWorkers(inject('temporalAddress'));
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
});
afterAll(() => workers?.stop());

/** Runs a scan of a host of its own. @param ask what is to be asked @returns its end, and the calls that it made */
async function scan({
  fault = null,
  ask = [git],
  awake = true,
}: { fault?: CallFault | null; ask?: FoundProgram[]; awake?: boolean } = {}) {
  const host = newId('run');
  const scan_id = newId('scan');
  const at = Date.now();
  const request = { scan_id, host, owner: 'ana', correlation_id: 'c', refresh: false };
  const stored = queuedScan(request, 130, at);
  const state: Calls<keyof Activities> = { calls: [], fault };
  const ends: ScanEnd[] = [];
  const activities = breakable<Activities>(
    {
      findPrograms: async () => ({ found: [git], presence_ms: 20 }),
      storeFound: async () => ({ ask }),
      askPrograms: async () => ({ 'image/git': answer }),
      async endScan({ end }) {
        ends.push(end);
        return endedScan(stored, end, at);
      },
    },
    () => state,
  );
  const { findPrograms, askPrograms, storeFound, endScan } = activities;
  if (awake)
    await workers.start({
      taskQueue: hermesQueue(host),
      activities: { findPrograms, askPrograms },
    });
  await workers.start({ taskQueue: powerQueue(host), activities: { storeFound, endScan } });
  const options = { ...scanStart(stored), taskQueue: workers.taskQueue };
  await workers.client.workflow.start('discoverPrograms', options);
  const run: WorkflowHandle<typeof discoverPrograms> = workers.client.workflow.getHandle(
    scanWorkflowId(scan_id),
  );
  const view = await run.result();
  return { view, ends, calls: state.calls };
}

test('what is found is stored before anything is asked, and what is asked before the end', async () => {
  const { view, calls, ends } = await scan();
  expect(calls).toEqual(['findPrograms', 'storeFound', 'askPrograms', 'endScan']);
  expect(ends).toEqual([{ ok: true, asked: 1 }]);
  expect(view.status).toBe('done');
});

test('nobody is asked if every version is known', async () => {
  const { calls, ends } = await scan({ ask: [] });
  expect(calls).toEqual(['findPrograms', 'storeFound', 'endScan']);
  expect(ends).toEqual([{ ok: true, asked: 0 }]);
});

/** The end of a scan is retried until it is stored, so that call can fail only once. */
const faults = [0, 1, 2, 3].flatMap((nth) =>
  (['before', 'after'] as const).flatMap((when) =>
    (nth === 3 ? [true] : [true, false]).map((retryable): [string, CallFault] => [
      `${nth} fails ${when} it acts, ${retryable ? 'once' : 'for good'}`,
      { nth, when, retryable },
    ]),
  ),
);

test.concurrent.each(faults)(
  'when call %s, the scan ends, and says what failed',
  async (_, fault) => {
    const { view, ends } = await scan({ fault });
    const end = ends.at(-1)!;
    // asking is not repeated: it would take as long again
    const isOver = fault.nth < 3 && (fault.retryable === false || fault.nth === 2);
    expect([end.ok, view.status]).toEqual(isOver ? [false, 'failed'] : [true, 'done']);
    const why = { cause: 'interrupted', detail: `call ${fault.nth} breaks` };
    expect(end).toMatchObject(isOver ? why : { asked: 1 });
  },
);

test('a hermes that takes no work ends the scan in time, and nothing is stored', async () => {
  const { calls, ends } = await scan({ awake: false });
  expect(calls).toEqual(['endScan']);
  expect(ends).toMatchObject([{ ok: false, cause: 'hermes_unavailable' }]);
}, 60_000);
