import { runPowerProcess } from '../madre/power-process.ts';

/** Power over one further host: its Engine, its compose file, its queue `power@<host>`; the workflows stay with madre. */
export const run = (signal: AbortSignal): Promise<void> => runPowerProcess('power', signal);
