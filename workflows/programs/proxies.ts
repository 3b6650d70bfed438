import { proxyActivities } from '@temporalio/workflow';
import type {
  HermesActivities,
  ScanActivities,
} from '../../activities/programs/program-activities.ts';
import { hermesQueue, powerQueue } from '../../contracts/queues.ts';
import { cancellationType, heartbeatTimeout, quick } from '../activity-options.ts';

/**
 * A scan for programs: hermes looks and asks, the host's power worker stores. A pass of hermes limits itself to 30 s; if its
 * window is closed meanwhile, the scan ends, and what was found before stays.
 */
export function programsOn(host: string) {
  const atHermes = {
    taskQueue: hermesQueue(host),
    heartbeatTimeout,
    cancellationType,
    // the container may still be starting
    scheduleToStartTimeout: '20s',
  } as const;
  return {
    hermes: {
      finding: proxyActivities<Pick<HermesActivities, 'findPrograms'>>({
        ...atHermes,
        startToCloseTimeout: '20s',
        retry: { ...quick, maximumAttempts: 2 },
      }),
      asking: proxyActivities<Pick<HermesActivities, 'askPrograms'>>({
        ...atHermes,
        startToCloseTimeout: '40s',
        retry: { maximumAttempts: 1 },
      }),
    },
    /** Retried without a limit, as the end of everything is that is stored. */
    madre: proxyActivities<ScanActivities>({
      taskQueue: powerQueue(host),
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '20s',
      retry: quick,
    }),
  };
}
