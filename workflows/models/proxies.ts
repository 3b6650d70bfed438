import { proxyActivities } from '@temporalio/workflow';
import type {
  HermesModelActivities,
  PullActivities,
} from '../../activities/models/model-activities.ts';
import { hermesQueue, powerQueue } from '../../contracts/queues.ts';
import { cancellationType, quick } from '../activity-options.ts';

/** A connection that breaks often still brings the file: each try goes on from the one before. */
const patient = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '30s',
  maximumAttempts: 30,
} as const;

/** What hermes and madre do for models. If hermes stays away for two minutes, its window is over. */
export function modelsOn(host: string) {
  const atHermes = {
    taskQueue: hermesQueue(host),
    heartbeatTimeout: '10s',
    cancellationType,
    scheduleToStartTimeout: '2m',
  } as const;
  return {
    /** A person waits for the answer. */
    searching: proxyActivities<Pick<HermesModelActivities, 'searchHub'>>({
      ...atHermes,
      scheduleToStartTimeout: '10s',
      startToCloseTimeout: '15s',
      scheduleToCloseTimeout: '20s',
      retry: { ...quick, maximumAttempts: 2 },
    }),
    quick: proxyActivities<
      Pick<HermesModelActivities, 'resolveModel' | 'placeModel' | 'removeModels' | 'lookAtModels'>
    >({ ...atHermes, startToCloseTimeout: '30m', retry: { ...patient, maximumAttempts: 10 } }),
    fetching: proxyActivities<Pick<HermesModelActivities, 'fetchModel' | 'pullOllama'>>({
      ...atHermes,
      startToCloseTimeout: '1d',
      retry: patient,
    }),
    /** Retried without a limit, as the end of everything is that is stored. */
    madre: proxyActivities<PullActivities>({
      taskQueue: powerQueue(host),
      heartbeatTimeout: '3s',
      cancellationType,
      startToCloseTimeout: '20s',
      retry: quick,
    }),
  };
}
