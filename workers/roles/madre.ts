import { runPowerProcess } from '../madre/power-process.ts';

/** madre: runs every workflow, has power over this host, and keeps the deadlines. */
export const run = (signal: AbortSignal): Promise<void> => runPowerProcess('madre', signal);
