import type { Role } from '../role.ts';
import { runSwitch } from '../switch/process.ts';

/** Routing: answers chat requests by the hosted or local model that fits best, and by another one if that fails. */
const role: Role = {
  name: 'switch',
  port: 8002,
  taskQueue: 'switch',
  sentence: 'Picks the model that answers a request, and falls back when one fails.',
  activities: {},
};

export const run = (signal: AbortSignal): Promise<void> => runSwitch(role, signal);
