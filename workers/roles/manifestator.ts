import type { Role } from '../role.ts';

/**
 * Drift: compares the actual state with the declared one, and writes patch plans with their rollback; it never executes.
 * So far it only describes itself; its work comes with its own issue.
 */
export const role = {
  name: 'manifestator',
  port: 8005,
  taskQueue: 'manifestator',
  sentence: 'Compares what is there with what was declared, and writes patch plans.',
  activities: {},
} satisfies Role;
