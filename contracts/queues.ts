/** The one queue that workflows run on. */
export const workflowQueue = 'madre';

/** Where the power activities of one host run: only that host's Engine is in reach there. */
export const powerQueue = (host: string): string => `power@${host}`;

/** Where attempts of tasks run: the spawner of the host whose window let them in. */
export const spawnerQueue = (host: string): string => `spawner@${host}`;

/** The service of the compose file whose window lets tasks run. */
export const spawnerService = 'spawner';
