import type { Role } from '../role.ts';

/**
 * Access for agents: offers VX11's tools over the Model Context Protocol, under the caller's own token and limits.
 * So far it only describes itself; its work comes with its own issue.
 */
export const role = {
  name: 'mcp',
  port: 8006,
  taskQueue: 'mcp',
  sentence: "Offers VX11's tools to agents over the Model Context Protocol.",
  activities: {},
} satisfies Role;
