import { runSpawner } from '../spawner/process.ts';

/** Runs one-off tasks in sandboxes that have limits and an end. */
export const run = (signal: AbortSignal): Promise<void> => runSpawner(signal);
