import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHermesActivities } from '../../../activities/programs/create-hermes-activities.ts';
import { createScanActivities } from '../../../activities/programs/create-scan-activities.ts';
import type { ScanDeps, ScanRuns } from '../../../activities/programs/deps.ts';
import type { ScanActivities } from '../../../activities/programs/program-activities.ts';
import { createScanRound } from '../../../activities/programs/round.ts';
import type { ProgramScan } from '../../../contracts/programs.ts';
import { queuedScan } from '../../../domain/programs/scan.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { startStandIns, type StandIns } from './stand-ins.ts';

let folder: string;
let store: Store;
let programs: StandIns;
let now: number;
const counted: string[] = [];
const runs = { startScan: async () => undefined, scanRun: async () => false } as ScanRuns;
const deps = (change: Partial<ScanRuns> = {}): ScanDeps => ({
  host: 'box',
  store,
  clock: () => now,
  runs: () => ({ ...runs, ...change }),
  metrics: { ended: (status) => void counted.push(status), found: () => undefined },
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-scan-'));
  store = await openStore(`sqlite:${folder}/store.db`);
  programs = await startStandIns();
  now = Date.parse('2026-11-29T12:00:00Z');
  counted.length = 0;
});
afterEach(async () => {
  await store.close();
  await programs.close();
  await rm(folder, { recursive: true });
});

const aScan = async (scan_id: string, refresh = false): Promise<ProgramScan> => {
  const request = { scan_id, host: 'box', owner: 'ana', correlation_id: 'desk-4', refresh };
  const scan = queuedScan(request, 130, now);
  return (await store.programs.create(scan, [], 'token-1')).view;
};
/** Calls an activity as Temporal does. */
const run = <O>(work: () => Promise<O>): Promise<O> => new MockActivityEnvironment().run(work);
const scans = (): ScanActivities => {
  const { storeFound, endScan } = createScanActivities(deps());
  return {
    storeFound: (input) => run(() => storeFound(input)),
    endScan: (input) => run(() => endScan(input)),
  };
};
/** Looks through the stand-ins under names of the real table, and runs what may be run. */
async function scanned(scan_id: string): Promise<{ asked: string[]; scan: ProgramScan }> {
  const path = `${programs.bin}:/usr/bin:/bin`;
  const hermes = createHermesActivities([programs.root()], path);
  const presence = await run(() => hermes.findPrograms());
  const { ask } = await scans().storeFound({ scan_id, ...presence });
  const answers = await run(() => hermes.askPrograms({ ask }));
  const end = { ok: true, asked: Object.keys(answers).length } as const;
  const scan = await scans().endScan({ scan_id, answers, end });
  return { asked: ask.map(({ name }) => name).toSorted(), scan };
}

test('a scan stores what was found, then its versions, one event and who asked for it', async () => {
  await programs.script('git', 'echo "git version 2.39.5"');
  await programs.script('jq', 'echo "broken library" >&2; exit 127');
  await programs.script('copilot', `touch ${programs.folder}/ran`);
  await aScan('scan-00000001');
  const { asked, scan } = await scanned('scan-00000001');
  expect(asked).toEqual(['git', 'jq']);
  expect(scan).toMatchObject({ status: 'done', found: 3, usable: 2, asked: 2 });
  expect(scan.presence_ms).toBeGreaterThan(0);
  const listed = await store.programs.list({});
  expect(
    listed.map(({ name, host, version, usable, reason }) => [name, host, version, usable, reason]),
  ).toEqual([
    ['copilot', 'box', null, true, null],
    ['git', 'box', '2.39.5', true, null],
    ['jq', 'box', null, false, 'broken library'],
  ]);
  expect((await store.events.after(0, 10)).at(-1)).toMatchObject({
    type: 'programs.discovered',
    actor: 'ana',
    host: 'box',
    service: 'hermes',
    correlation_id: 'desk-4',
    payload: { scan_id: 'scan-00000001', status: 'done', found: 3, asked: 2 },
  });
  expect(counted).toEqual(['done']);
});

test('a second scan asks only those whose files changed, unless it shall refresh', async () => {
  await programs.script('git', 'echo "git version 2.39.5"');
  await programs.script('jq', 'exit 1');
  await aScan('scan-00000001');
  await scanned('scan-00000001');
  await programs.script('jq', 'echo jq-1.6 # as it should be');
  await aScan('scan-00000002');
  expect((await scanned('scan-00000002')).asked).toEqual(['jq']);
  expect((await store.programs.list({})).map(({ version }) => version)).toEqual(['2.39.5', '1.6']);
  await aScan('scan-00000003', true);
  expect((await scanned('scan-00000003')).asked).toEqual(['git', 'jq']);
});

test('each activity may run twice, and an ended scan stays as it is', async () => {
  await programs.script('git', 'echo "git version 2.39.5"');
  await aScan('scan-00000001');
  const { scan } = await scanned('scan-00000001');
  const before = await store.programs.found('box');
  now += 60_000;
  const again = await scans().endScan({
    scan_id: 'scan-00000001',
    answers: {},
    end: { ok: false, cause: 'x', detail: 'y' },
  });
  expect(again).toEqual(scan);
  expect(await store.programs.found('box')).toEqual(before);
  expect(await store.events.after(0, 10)).toHaveLength(1);
});

test('a scan that hermes does not answer fails, and what was known stays', async () => {
  await programs.script('git', 'echo "git version 2.39.5"');
  await aScan('scan-00000001');
  await scanned('scan-00000001');
  await aScan('scan-00000002');
  const end = { ok: false, cause: 'hermes_unavailable', detail: 'it did not answer' } as const;
  const scan = await scans().endScan({ scan_id: 'scan-00000002', answers: {}, end });
  expect(scan).toMatchObject({ status: 'failed', cause: 'hermes_unavailable', started_at: null });
  expect(await store.programs.list({ name: 'git' })).toMatchObject([{ version: '2.39.5' }]);
});

test('what hermes reports is checked before it is stored', async () => {
  await aScan('scan-00000001');
  const bad = [{ ...programs.finding('git'), reason: 'x'.repeat(10_000) }];
  const storing = scans().storeFound({ scan_id: 'scan-00000001', found: bad, presence_ms: 1 });
  await expect(storing).rejects.toMatchObject({ type: 'invalid', nonRetryable: true });
  expect(await store.programs.list({})).toEqual([]);
});

describe('the round', () => {
  test('starts a scan that has no workflow, once, and ends it if that is gone', async () => {
    const { scan_id } = await aScan('scan-00000001');
    const started: string[] = [];
    const round = createScanRound(
      deps({ startScan: async (scan) => void started.push(scan.scan_id) }),
    );
    now += 4000;
    await round();
    await round();
    expect(started).toEqual([scan_id]);
    expect(await store.programs.find(scan_id)).toMatchObject({ status: 'failed', cause: 'lost' });
  });
  test('leaves a scan alone whose workflow runs, and those of other hosts', async () => {
    const { scan_id } = await aScan('scan-00000001');
    now += 120_000;
    await createScanRound(deps({ scanRun: async () => true }))();
    await createScanRound({ ...deps(), host: 'other' })();
    expect(await store.programs.find(scan_id)).toMatchObject({ status: 'queued' });
  });
});
