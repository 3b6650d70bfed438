import { runPowerProcess } from '../madre/power-process.ts';

/** The mother: runs every workflow, holds power over this host, and keeps what was promised. */
export const run = (signal: AbortSignal): Promise<void> => runPowerProcess('madre', signal);
