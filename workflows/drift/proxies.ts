import { proxyActivities } from '@temporalio/workflow';
import type {
  AuditActivities,
  ManifestatorActivities,
} from '../../activities/drift/drift-activities.ts';
import { manifestatorQueue, powerQueue } from '../../contracts/queues.ts';
import { cancellationType, heartbeatTimeout, quick } from '../activity-options.ts';

/** An audit of drift: the host's power worker reads and stores, manifestator judges. */
export function driftOn(host: string) {
  const options = { heartbeatTimeout, cancellationType } as const;
  return {
    manifestator: proxyActivities<ManifestatorActivities>({
      ...options,
      taskQueue: manifestatorQueue(host),
      // the container may still be starting
      scheduleToStartTimeout: '20s',
      startToCloseTimeout: '20s',
      retry: { ...quick, maximumAttempts: 3 },
    }),
    reading: proxyActivities<Pick<AuditActivities, 'readFacts'>>({
      ...options,
      taskQueue: powerQueue(host),
      startToCloseTimeout: '2m',
      retry: { ...quick, maximumAttempts: 5 },
    }),
    /** Retried without a limit, as the end of everything is that is stored. */
    ending: proxyActivities<Pick<AuditActivities, 'endAudit'>>({
      ...options,
      taskQueue: powerQueue(host),
      startToCloseTimeout: '20s',
      retry: quick,
    }),
  };
}
