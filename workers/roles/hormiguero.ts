import { createHormigueroActivities } from '../../activities/incidents/outside.ts';
import { hormigueroQueue, hormigueroService } from '../../contracts/queues.ts';
import type { Role } from '../role.ts';

/**
 * Scans: looks at what the services of the stack serve, from inside their network. The ants that need the Engine or the store
 * look in madre's process; this one has no socket, no store and no keys, since what it reads may be anybody's.
 */
export const role = {
  name: hormigueroService,
  port: 8004,
  taskQueue: hormigueroQueue,
  sentence: 'Looks at what runs for faults and waste; madre turns them into incidents.',
  activities: { ...createHormigueroActivities() },
} satisfies Role;
