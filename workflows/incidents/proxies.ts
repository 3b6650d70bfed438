import { proxyActivities } from '@temporalio/workflow';
import type {
  AntActivities,
  HormigueroActivities,
} from '../../activities/incidents/incident-activities.ts';
import { hormigueroQueue, powerQueue } from '../../contracts/queues.ts';
import { cancellationType, heartbeatTimeout } from '../activity-options.ts';

/** A round of a host's ants. It is never retried: a look that is missing changes nothing, and the next round comes soon. */
export const antsOn = (host: string) => ({
  madre: proxyActivities<AntActivities>({
    taskQueue: powerQueue(host),
    heartbeatTimeout,
    cancellationType,
    scheduleToCloseTimeout: '2m',
    retry: { maximumAttempts: 1 },
  }),
  hormiguero: proxyActivities<HormigueroActivities>({
    taskQueue: hormigueroQueue(host),
    heartbeatTimeout,
    cancellationType,
    scheduleToStartTimeout: '5s',
    startToCloseTimeout: '10s',
    retry: { maximumAttempts: 1 },
  }),
});
