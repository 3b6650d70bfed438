/** The one queue that workflows run on. */
export const workflowQueue = 'madre';

/** Where the power activities of one host run: only that host's Engine is in reach there. */
export const powerQueue = (host: string): string => `power@${host}`;
