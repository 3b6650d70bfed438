import { createManifestatorActivities } from '../../activities/drift/create-manifestator-activities.ts';
import { manifestatorQueue, manifestatorService } from '../../contracts/queues.ts';
import type { Role } from '../role.ts';

/**
 * Drift: judges what is not as declared. madre reads the facts and stores the findings, so that this role needs no store, no
 * socket and no keys, and costs nothing while it sleeps; it never executes.
 */
export const role = {
  name: manifestatorService,
  port: 8005,
  taskQueue: manifestatorQueue,
  sentence: 'Compares what is there with what was declared.',
  activities: () => ({ ...createManifestatorActivities() }),
} satisfies Role;
