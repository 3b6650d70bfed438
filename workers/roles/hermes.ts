import type { Role } from '../role.ts';

/**
 * Discovery: keeps the inventory of models, CLIs and providers that this machine can use, with the state of each.
 * So far it only describes itself; its work comes with its own issue.
 */
export const role = {
  name: 'hermes',
  port: 8003,
  taskQueue: 'hermes',
  sentence: 'Keeps the inventory of models, CLIs and providers that can be used here.',
  activities: {},
} satisfies Role;
