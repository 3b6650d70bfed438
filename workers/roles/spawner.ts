import type { Role } from '../role.ts';

/**
 * Sandboxes: runs one-off tasks in containers that have limits, no network, and an end.
 * It has no work yet beyond answering who it is: that comes with its own issue.
 */
export const role = {
  name: 'spawner',
  port: 8008,
  taskQueue: 'spawner',
  sentence: 'Runs one-off tasks in sandboxes that have limits and an end.',
  activities: {},
} satisfies Role;
