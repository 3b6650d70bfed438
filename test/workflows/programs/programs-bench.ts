import type { WorkflowHandle } from '@temporalio/client';
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
import { breakable, connectWorkers, type CallFault, type Calls } from '../workers.ts';

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

export interface ScanSetup {
  fault?: CallFault | null;
  /** What is to be asked; a program by default. */
  ask?: FoundProgram[];
  /** Whether hermes takes work. */
  awake?: boolean;
  /** By default one of its own. */
  host?: string;
}

/** A scan that was started, and what it did so far. */
export interface FakeScan extends Calls<keyof Activities> {
  ends: ScanEnd[];
  handle: WorkflowHandle<typeof discoverPrograms>;
}

export interface ProgramsBench {
  start(setup?: ScanSetup): Promise<FakeScan>;
  stop(): Promise<void>;
}

/** The real workflow of a scan for programs; what hermes finds and madre stores is in memory. */
export async function startProgramsBench(address: string): Promise<ProgramsBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
  return {
    async start({ fault = null, ask = [git], awake = true, host = newId('run') } = {}) {
      const scan_id = newId('scan');
      const at = Date.now();
      const request = { scan_id, host, owner: 'ana', correlation_id: 'c', refresh: false };
      const stored = queuedScan(request, 130, at);
      const handle = workers.client.workflow.getHandle<typeof discoverPrograms>(
        scanWorkflowId(scan_id),
      );
      const state: FakeScan = { calls: [], fault, ends: [], handle };
      const { findPrograms, askPrograms, storeFound, endScan } = breakable<Activities>(
        {
          findPrograms: async () => ({ found: [git], presence_ms: 20 }),
          storeFound: async () => ({ ask }),
          askPrograms: async () => ({ 'image/git': answer }),
          async endScan({ end }) {
            state.ends.push(end);
            return endedScan(stored, end, at);
          },
        },
        () => state,
      );
      if (awake) {
        const activities = { findPrograms, askPrograms };
        await workers.start({ taskQueue: hermesQueue(host), activities });
      }
      await workers.start({ taskQueue: powerQueue(host), activities: { storeFound, endScan } });
      const options = { ...scanStart(stored), taskQueue: workers.taskQueue };
      await workers.client.workflow.start('discoverPrograms', options);
      return state;
    },
    stop: () => workers.stop(),
  };
}
