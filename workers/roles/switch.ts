import type { Role } from '../role.ts';

/**
 * Routing: picks the LLM provider, local model or CLI that answers a prompt or a task, and falls back when one fails.
 * So far it only describes itself; its work comes with its own issue.
 */
export const role = {
  name: 'switch',
  port: 8002,
  taskQueue: 'switch',
  sentence: 'Picks the provider, local model or CLI that answers a prompt or a task.',
  activities: {},
} satisfies Role;
