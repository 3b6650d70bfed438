import type { Role } from '../role.ts';

/**
 * Drift: compares what is there with what was declared, and writes patch plans with their rollback; it never executes.
 * It has no work yet beyond answering who it is: that comes with its own issue.
 */
export const role = {
  name: 'manifestator',
  port: 8005,
  taskQueue: 'manifestator',
  sentence: 'Compares what is there with what was declared, and writes patch plans.',
  activities: {},
} satisfies Role;
