import { createHermesActivities } from '../../activities/programs/create-hermes-activities.ts';
import { hermesQueue, hermesService } from '../../contracts/queues.ts';
import { searchedRoots } from '../hermes/searched-roots.ts';
import type { Role } from '../role.ts';

/**
 * Discovery: finds the programs that this machine can use, and says where each is, in which version, and whether it is
 * logged in. It has no store, no socket and no keys: what it reads and runs may be anybody's.
 */
export const role = {
  name: hermesService,
  port: 8003,
  taskQueue: hermesQueue,
  sentence: 'Finds the programs that can be used here.',
  activities: (env) => ({ ...createHermesActivities(searchedRoots(env), env['PATH'] ?? '') }),
} satisfies Role;
