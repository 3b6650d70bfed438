import type { Role } from '../role.ts';

/**
 * Access for agents: the gateway speaks the Model Context Protocol itself, and lets agents in while a window holds this
 * service up (docs/agents.md). It has no work of its own.
 */
export const role = {
  name: 'mcp',
  port: 8006,
  taskQueue: 'mcp',
  sentence: 'Lets agents in over the Model Context Protocol while it is awake.',
  activities: {},
} satisfies Role;
