import type { SpawnPriority } from './spawn.ts';

/** The one queue that workflows run on. */
export const workflowQueue = 'madre';

/** Where the power activities of one host run: only that host's Engine is in reach there. */
export const powerQueue = (host: string): string => `power@${host}`;

/**
 * Where attempts of tasks run: the spawner of the host whose window let them in. Each priority has a queue, so that an urgent
 * task is never behind others in one; P1 has the name that all had before.
 */
export const spawnerQueue = (host: string, priority: SpawnPriority): string =>
  priority === 'P1' ? `spawner@${host}` : `spawner@${host}/${priority}`;

/** The service of the compose file whose window lets tasks run. */
export const spawnerService = 'spawner';
