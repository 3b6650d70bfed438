import { createModelActivities } from '../../activities/models/create-model-activities.ts';
import { createHermesActivities } from '../../activities/programs/create-hermes-activities.ts';
import { hermesQueue, hermesService } from '../../contracts/queues.ts';
import { modelSettings } from '../hermes/model-settings.ts';
import { searchedRoots } from '../hermes/searched-roots.ts';
import type { Role } from '../role.ts';

/**
 * Discovery: finds the programs that this machine can use, and brings models. It has no store and no socket: what it reads
 * and runs may be anybody's. One that may download, or holds a token of the hub, runs no program, which could take them.
 */
export const role = {
  name: hermesService,
  port: 8003,
  taskQueue: hermesQueue,
  sentence: 'Finds the programs that can be used here, and brings models.',
  activities(env) {
    const models = modelSettings(env);
    const mayRun = !models.mayDownload && models.hub.token === null;
    return {
      ...createHermesActivities(searchedRoots(env), env['PATH'] ?? '', mayRun),
      ...createModelActivities(models),
    };
  },
} satisfies Role;
