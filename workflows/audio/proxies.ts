import { proxyActivities } from '@temporalio/workflow';
import type {
  AudioActivities,
  AudioBatchActivities,
  ShubActivities,
} from '../../activities/audio/audio-activities.ts';
import { powerQueue, shubQueue } from '../../contracts/queues.ts';
import { cancellationType, heartbeatTimeout, quick } from '../activity-options.ts';

/** An audio job: shubniggurath works, the host's power worker stores. */
export function audioOn(host: string) {
  const taskQueue = shubQueue(host);
  return {
    /** A phase begins soon, or shubniggurath is asleep or busy; one that is killed begins again where it was. */
    shub: proxyActivities<Pick<ShubActivities, 'runAudioPhase'>>({
      taskQueue,
      heartbeatTimeout,
      cancellationType,
      scheduleToStartTimeout: '20s',
      startToCloseTimeout: '2h',
      retry: { ...quick, maximumAttempts: 20 },
    }),
    /** Waits until shubniggurath takes work again: a job outlives its window. */
    waiting: proxyActivities<Pick<ShubActivities, 'audioReady'>>({
      taskQueue,
      cancellationType,
      scheduleToStartTimeout: '30d',
      startToCloseTimeout: '10s',
      retry: quick,
    }),
    /** Retried without a limit, as the end of everything is that is stored. */
    madre: proxyActivities<AudioActivities & AudioBatchActivities>({
      taskQueue: powerQueue(host),
      heartbeatTimeout,
      cancellationType,
      startToCloseTimeout: '20s',
      retry: quick,
    }),
  };
}
